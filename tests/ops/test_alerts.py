"""deploy/alerts.yaml asks for what /metrics says, in words that Prometheus understands, and fires when it should."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.support.matrix import ON_SQLITE
from tests.support.server import ROOT, Shop

ALERTS = ROOT / "deploy" / "alerts.yaml"
SELECTOR = re.compile(r"(printalma_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|!~|=|!=)"([^"]*)"')
ORDER = 'printalma_request_seconds_count{method="POST",route="/orders/guest",status="%s"}'
SLOW = 'printalma_%s_bucket{method="POST",route="/orders",status="201",le="%s"}'
# Series as Prometheus would have read them once a minute, that have each alert fire within a quarter of an hour or so.
BAD_DAYS: dict[str, dict[str, str]] = {
    "ShopDown": {'up{job="printalma"}': "1 0x30"},
    "OrdersLost": {ORDER % 503: "0x14 1x15"},
    "OrdersSlow": {SLOW % ("request_seconds", "1"): "0x30", SLOW % ("request_seconds", "2.5"): "0+9x30"}
    | {SLOW % ("request_seconds", "+Inf"): "0+9x30"},
    "OrdersOverTheRate": {ORDER % 429: "0+5x30"},
    "ScreensBehind": {"printalma_events_behind": "30x30"},
    "ScreensSlow": {'printalma_fan_out_seconds_bucket{le="0.5"}': "0x30"}
    | {f'printalma_fan_out_seconds_bucket{{le="{le}"}}': "0+9x30" for le in ("1", "+Inf")},
    "PhonesNotTold": {'printalma_pushes_total{outcome="unreachable"}': "0+3x30"}
    | {'printalma_pushes_total{outcome="delivered"}': "5x30"},
}
GOOD_DAY = {
    'up{job="printalma"}': "1x30",
    ORDER % 201: "0+50x30",
    ORDER % 503: "0x30",
    ORDER % 429: "0+1x30",
    "printalma_events_behind": "2x30",
    'printalma_pushes_total{outcome="unreachable"}': "0+3x30",
    'printalma_pushes_total{outcome="delivered"}': "0+3x30",
}


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text())["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def selects(matchers: str, labels: dict[str, str]) -> bool:
    """Whether a selector takes a series with these labels; patterns are of whole values."""
    for name, how, said in MATCHER.findall(matchers):
        assert name in labels, f"no such label: {name}"
        is_so = bool(re.fullmatch(said, labels[name])) if "~" in how else labels[name] == said
        if is_so == how.startswith("!"):
            return False
    return True


@ON_SQLITE
def test_each_series_that_a_rule_asks_for_is_there_from_the_start(shop: Shop) -> None:
    families = text_string_to_metric_families(shop.admin_once().get("/metrics").text)
    series = [(sample.name, sample.labels) for family in families for sample in family.samples]
    asked = {found for rule in rules() for found in SELECTOR.findall(rule["expr"])}
    assert len(asked) >= 6
    for name, matchers in asked:
        assert [labels for there, labels in series if there == name and selects(matchers, labels)], (name, matchers)


def test_each_rule_says_what_to_do() -> None:
    for rule in rules():
        assert {"summary", "action"} <= rule["annotations"].keys()
        pages = re.findall(r"docs/(\w+\.md)(?:, \"([^\"]+)\")?", rule["annotations"]["action"])
        for page, heading in pages:
            text = (ROOT / "docs" / page).read_text()
            assert not heading or f"\n## {heading}\n" in text, heading
        assert rule["alert"] in BAD_DAYS


def promtool(*arguments: object, folder: Path) -> None:
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("no promtool (Debian's package prometheus has it): Prometheus does not read the rules here")
    done = subprocess.run([found, *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_fires_on_bad_days_and_on_no_good_one(tmp_path: Path) -> None:
    (tmp_path / "alerts.yaml").write_text(ALERTS.read_text())
    days = [(name, BAD_DAYS[name]) for name in BAD_DAYS] + [("", GOOD_DAY)]
    tests = []
    for fires, day in days:
        expected = [{"alertname": each["alert"], "eval_time": "17m"} for each in rules()]
        for one in expected:
            rule = next(each for each in rules() if each["alert"] == one["alertname"])
            job = {"job": "printalma"} if fires == "ShopDown" else {}
            told = {"exp_labels": rule["labels"] | job, "exp_annotations": rule["annotations"]}
            one["exp_alerts"] = [told] if rule["alert"] == fires else []
        series = [{"series": name, "values": values} for name, values in day.items()]
        tests.append({"interval": "1m", "input_series": series, "alert_rule_test": expected})
    (tmp_path / "days.yaml").write_text(yaml.safe_dump({"rule_files": ["alerts.yaml"], "tests": tests}))
    promtool("test", "rules", "days.yaml", folder=tmp_path)
