// The server's HTTP interface for trainings and runs as functions. Knows nothing of the page.

import { ask, asJson } from "./api.js";

const run = (name, what = "") => `v1/runs/${encodeURIComponent(name)}${what}`;

export const getChoices = () => ask("v1/learn");
export const checkSettings = (settings) => ask("v1/learn/check", asJson("POST", settings));

export const getRuns = () => ask("v1/runs");
export const getRun = (name) => ask(run(name));
export const startRun = (settings) => ask("v1/runs", asJson("POST", settings));
export const resumeRun = (name) => ask(run(name, "/resume"), { method: "POST" });
export const command = (name, word) => ask(run(name, "/command"), asJson("POST", { command: word }));
export const deleteRun = (name) => ask(run(name), { method: "DELETE" });
export const restoreRun = (deleted) => ask("v1/runs/restore", asJson("POST", { deleted }));

export const makeReport = (name) => ask(run(name, "/report"), { method: "POST" });
export const makeNetwork = (name) => ask(run(name, "/export"), { method: "POST" });
export const useOnPad = (name) => ask(run(name, "/use"), { method: "POST" });

/** Ask the network of a run, also while it learns, what a picture (a Blob) of one digit is. */
export const readWith = (name, blob, signal) => ask(run(name, "/digit"), {
  method: "POST", body: blob, headers: { "Content-Type": blob.type }, signal,
});

export const eventsOf = (name) => new EventSource(run(name, "/events"));
