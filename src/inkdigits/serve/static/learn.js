// The Learn page: joins settings, the live training, the look into it, and the list of runs. Does no work of its own.

import { byId, show } from "./dom.js";
import { canSay, fillPage, onLanguage, say } from "./language.js";
import { getChoices, getRuns, startRun } from "./learn-api.js";
import { Draw } from "./learn-draw.js";
import { Form } from "./learn-form.js";
import { LiveTraining } from "./learn-live.js";
import { Pictures } from "./learn-pictures.js";
import { Runs } from "./learn-runs.js";
import { toast } from "./say.js";

/** Build the page into an element. `onNetwork` is called when another network reads on the pad. */
export async function openLearn(place, onNetwork) {
  const html = await (await fetch("static/learn.html")).text();
  place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  fillPage(place);
  const choices = await getChoices().catch((problem) => ({ obstacle: "offline", hint: problem.message }));
  const sections = ["learn-setup", "learn-live", "learn-runs"];
  for (const id of sections) show(byId(id), choices.obstacle === null);
  show(byId("learn-missing"), choices.obstacle !== null);
  if (choices.obstacle !== null) {
    const tell = () => {
      const key = `learn-obstacle-${choices.obstacle}`;
      byId("learn-hint").textContent = canSay(key) ? say(key) : choices.hint;
    };
    tell();
    onLanguage(tell);
    return;
  }
  await new Learn(choices, onNetwork).start();
}

class Learn {
  constructor(choices, onNetwork) {
    this.form = new Form(choices, (settings) => this.begin(settings));
    this.pictures = new Pictures();
    this.draw = new Draw();
    this.live = new LiveTraining({
      onStart: (start) => this.pictures.start(start),
      onSnapshot: (snapshot) => {
        this.pictures.show(snapshot);
        this.draw.networkChanged();
      },
      onStep: () => this.draw.networkChanged(),
      onState: (state) => this.stateChanged(state),
      onRestart: (name) => this.restart(name),
      onNetwork,
    });
    this.runs = new Runs({ onOpen: (name) => this.open(name), onDelete: (name) => this.left(name) });
    this.lastSettings = new Map();
    onLanguage(() => {
      for (const part of [this.form, this.live, this.pictures, this.draw, this.runs]) part.relabel();
    });
    addEventListener("hashchange", () => this.openNamed());
  }

  async start() {
    this.form.start();
    const { training } = await this.runs.load();
    if (!this.openNamed() && training) this.open(training);
  }

  /** Show the run that the page's address names; return whether it names one. */
  openNamed() {
    const [, name] = location.hash.match(/^#learn\/(.+)$/) ?? [];
    if (name && decodeURIComponent(name) !== this.live.name) this.open(decodeURIComponent(name));
    return Boolean(name);
  }

  open(name) {
    history.replaceState(null, "", `#learn/${encodeURIComponent(name)}`);
    show(byId("learn-inside"), false);
    this.draw.open(name);
    this.live.open(name);
    this.runs.mark(name);
  }

  /** A run that is shown was deleted. */
  left(name) {
    if (this.live.name !== name) return;
    history.replaceState(null, "", "#learn");
    this.live.close();
    show(byId("learn-inside"), false);
  }

  async begin(settings) {
    this.form.tell("");
    try {
      const { run } = await startRun(settings);
      this.lastSettings.set(run, settings);
      this.open(run);
      byId("learn-live-title").scrollIntoView({ block: "nearest" });
    } catch (problem) {
      this.form.tell(problem.message);
    }
  }

  /** Begin anew with the settings of a run, which stays as it is. */
  async restart(name) {
    const settings = this.lastSettings.get(name) ?? this.form.settings();
    await this.begin({ ...settings, paused: false });
  }

  async stateChanged({ state }) {
    const hasNetwork = !["starting", "failed"].includes(state);
    show(byId("learn-inside"), hasNetwork);
    if (hasNetwork) this.draw.networkChanged();
    try {
      const { runs } = await getRuns();
      this.runs.show(runs);
      this.live.summary = runs.find((run) => run.name === this.live.name) ?? null;
    } catch (problem) {
      toast(problem.message);
    }
  }
}
