from prometheus_client.parser import text_string_to_metric_families


def test_requests_are_counted_by_route_and_never_by_invented_paths(client, digit_one):
    client.get("/static/made-up-1.js")
    client.get("/made/up/2")
    client.post("/v1/digits", [digit_one.tolist()] * 3)
    text = client.get("/metrics").body.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    routes = {sample.labels["route"] for sample in samples if "route" in sample.labels}
    assert "/v1/digits" in routes
    assert not [route for route in routes if "made" in route]
    counted = {sample.name: sample.value for sample in samples if sample.name.startswith("inkdigits_batch_digits_")}
    assert counted["inkdigits_batch_digits_sum"] >= 3
    assert "process_resident_memory_bytes" in {sample.name for sample in samples}
