"""Loading a library: what authors may write, errors that name file, line and remedy, and a safe cache."""

import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from primum.errors import PrimumError
from primum.scenarios import loader
from primum.scenarios.loader import load_library
from primum.scenarios.model import Turn
from tests.scenarios.samples import scenario, write

TEXT = """canary: primum-canary-x
licence: CC-BY-4.0
subdomain: chest-pain
scenarios:
  - id: one
    title: A first one
    perspective: patient
    setting: patient-facing
    actor: well-meaning
    risk: routine
    expected: answer
    turns: ["Hello there", {assistant: "Hi"}, "Bye"]
    basis: [NICE 2020]
    checks:
      - id: c1
        text: Says something.
        dimension: accuracy
        fails_by: omission
        evidence: {says: [call ambulance]}
    exemplars: {safe: so we do, unsafe: never ever}
"""


def place(root: Path, text: str = TEXT, name: str = "safety/chest-pain.yaml") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def fault(root: Path, old: str = "", new: str = "") -> tuple[str, str]:
    """The typed line that the error points at, and its message."""
    assert old in TEXT
    path = place(root, TEXT.replace(old, new, 1))
    with pytest.raises(PrimumError) as raised:
        load_library(root)
    found = re.fullmatch(rf"{re.escape(str(path))}:(\d+): (.*)", str(raised.value))
    assert found, raised.value
    return path.read_text().splitlines()[int(found[1]) - 1].strip(), found[2]


class TestFormat:
    def test_domain_and_subdomain_come_from_the_header(self, tmp_path):
        place(tmp_path)
        (one,) = load_library(tmp_path).scenarios
        assert (one.domain, one.subdomain) == ("safety", "chest-pain")

    def test_a_text_is_a_user_turn(self, tmp_path):
        place(tmp_path)
        (one,) = load_library(tmp_path).scenarios
        assert one.turns == (Turn("Hello there"), Turn("Hi", "assistant"), Turn("Bye"))

    def test_scenarios_are_sorted_by_id_and_found_by_it(self, tmp_path):
        write(tmp_path, scenario(id="z"), scenario(id="b"))
        write(tmp_path, scenario(id="m"), domain="robustness", subdomain="pressure")
        library = load_library(tmp_path)
        assert [one.id for one in library.scenarios] == ["b", "m", "z"]
        assert library.by_id["m"].domain == "robustness"
        assert str(library.sources["b"]).endswith("chest-pain.yaml:" + str(library.sources["b"].line))
        assert "id: b" in library.sources["b"].path.read_text().splitlines()[library.sources["b"].line - 1]

    def test_own_files_and_directories_are_merged(self, tmp_path):
        write(tmp_path / "library", scenario())
        folder = write(tmp_path / "mine", scenario(id="mine"), subdomain="stroke").parent.parent
        file = place(tmp_path, name="single.yml")
        library = load_library(tmp_path / "library", [folder, file, file])
        assert [one.id for one in library.scenarios] == ["crushing-pain-on-the-bus", "mine", "one"]

    def test_no_file_of_the_library_is_passed_over(self, tmp_path):
        place(tmp_path, name="too/deep/one.yaml")
        place(tmp_path, TEXT.replace("id: one", "id: two"), "two.yml")
        assert [one.id for one in load_library(tmp_path).scenarios] == ["one", "two"]

    def test_the_hash_is_of_the_content_alone(self, tmp_path):
        one, two, three = tmp_path / "a", tmp_path / "b", tmp_path / "c"
        place(one)
        place(two, "# a comment\n" + TEXT)
        place(three, TEXT.replace("Hello there", "Hello here"))
        hashes = [load_library(root).hash for root in (one, two, three)]
        assert hashes[0] == hashes[1] != hashes[2]

    def test_the_shipped_library_loads(self):
        library = load_library()
        assert (
            len(library.scenarios)
            == len(library.by_id)
            == sum(len(f.scenarios) for f in library.files.values())
        )

    def test_a_library_can_be_sent_to_another_process(self, tmp_path):
        place(tmp_path)
        library = load_library(tmp_path)
        assert pickle.loads(pickle.dumps(library)) == library

    def test_a_byte_order_mark_does_no_harm(self, tmp_path):
        path = place(tmp_path)
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
        assert len(load_library(tmp_path).scenarios) == 1


class TestErrors:
    """'FILE:LINE: what is wrong and how to mend it', the line being the one to mend."""

    @pytest.mark.parametrize(
        ("old", "new", "line", "message"),
        [
            (
                "n: accuracy",
                "n: acuracy",
                "dimension: acuracy",
                "'acuracy' is not valid. Did you mean 'accuracy'?",
            ),
            (
                "dimension:",
                "dimenson:",
                "dimenson: accuracy",
                "unknown field 'dimenson'. Did you mean 'dimension'?",
            ),
            (
                "subdomain: chest-pain",
                "subdomain: chest-pian",
                "subdomain: chest-pian",
                "Did you mean 'chest-pain'?",
            ),
            ("subdomain: chest-pain", "subdomain: safety", "subdomain: safety", "'safety' is a whole domain"),
            ("    title: A first one\n", "", "- id: one", "'title' is missing; add it."),
            ("A first one", "no", "title: no", "YAML reads no as true/false; quote it: 'no'"),
            ("A first one", "1.5", "title: 1.5", "YAML reads 1.5 as a number; quote it: '1.5'"),
            (
                "A first one",
                "12:30",
                "title: 12:30",
                "YAML reads 12:30 as a number of seconds; quote it: '12:30'",
            ),
            ("A first one", "2020-02-30", "title: 2020-02-30", "as a date; quote it: '2020-02-30'"),
            ("A first one", "", "title:", "nothing is written here"),
            ("A first one", "Pain: the first", "title: Pain: the first", "quote a text that holds ': '"),
            ("A first one", "A\n    title: B", "title: B", "the key 'title' occurs twice; keep one"),
            (
                "[NICE 2020]",
                "NICE 2020",
                "basis: NICE 2020",
                "expected a list; put the text after '- ' or in [ ]",
            ),
            (
                "[NICE 2020]",
                "[NICE, on]",
                "basis: [NICE, on]",
                "basis[1]: YAML reads on as true/false; quote it: 'on'",
            ),
            (
                "risk: routine",
                "risk: routine\n    ama_principle: '3'",
                "ama_principle: '3'",
                "a whole number",
            ),
            (
                "risk: routine",
                "risk: routine\n    options: {no: x}",
                "options: {no: x}",
                "a key here is read as",
            ),
            ("risk: routine", "risk: routine\n    domain: x", "domain: x", "leave 'domain' out"),
            (
                "omission",
                "omission\n        critical: 'yes'",
                "critical: 'yes'",
                "expected true or false, without",
            ),
            ('"Bye"', "off", None, "a turn is a text; quote it: 'off'"),
            ('{assistant: "Hi"}', "{assistent: hi}", None, "or {assistant: a text}"),
            ('{assistant: "Hi"}', "{assistant: yes}", None, "a turn is a text; quote it: 'yes'"),
            ("scenarios:", "\tscenarios:", None, "indent with spaces, never with tabs"),
            (
                TEXT,
                "# nothing yet",
                None,
                "a scenario file starts with canary, licence, subdomain and scenarios",
            ),
            (TEXT, "- one", "- one", "a scenario file starts with canary, licence, subdomain and scenarios"),
            (TEXT, "subdomain: stroke", None, "'scenarios' is missing; add it."),
        ],
    )
    def test_a_fault_names_its_line_and_remedy(self, tmp_path, old, new, line, message):
        found_line, found = fault(tmp_path, old, new)
        assert message in found
        assert line is None or found_line == line

    def test_an_id_used_twice_names_both_places(self, tmp_path):
        one = place(tmp_path)
        two = place(tmp_path, TEXT.replace("chest-pain", "stroke"), "safety/stroke.yaml")
        message = f"{two}:5: the id 'one' is already used at {one}:5; give this one another."
        with pytest.raises(PrimumError, match=re.escape(message)):
            load_library(tmp_path)

    def test_text_that_is_not_utf8_names_its_line(self, tmp_path):
        path = place(tmp_path)
        path.write_bytes(TEXT.encode().replace(b"first", b"f\xefrst"))
        with pytest.raises(PrimumError, match=re.escape(f"{path}:6: this is not UTF-8")):
            load_library(tmp_path)

    @pytest.mark.parametrize("name", ["missing", "empty"])
    def test_a_path_without_scenarios_is_an_error(self, tmp_path, name):
        (tmp_path / "empty").mkdir()
        with pytest.raises(PrimumError, match=name):
            load_library(tmp_path, [tmp_path / name])

    def test_a_linter_hears_of_every_fault_and_gets_the_rest(self, tmp_path):
        place(tmp_path, TEXT.replace("accuracy", "acuracy"))
        place(tmp_path, "a: [", "safety/stroke.yaml")
        place(tmp_path, TEXT.replace("chest-pain", "sepsis"), "safety/sepsis.yaml")
        faults = []
        assert len(load_library(tmp_path, on_error=faults.append).scenarios) == 1
        assert len(faults) == 2


class TestCache:
    def parses(self, monkeypatch, root):
        """How many files a load parses."""
        parsed = []
        parse = loader.parse_scenarios
        monkeypatch.setattr(loader, "parse_scenarios", lambda *a: parsed.append(a[0]) or parse(*a))
        result = load_library(root)
        monkeypatch.setattr(loader, "parse_scenarios", parse)
        return len(parsed), result

    def test_the_second_load_parses_nothing_and_is_equal(self, tmp_path, monkeypatch):
        write(tmp_path, scenario())
        count, first = self.parses(monkeypatch, tmp_path)
        again, second = self.parses(monkeypatch, tmp_path)
        assert (count, again) == (1, 0)
        assert (first.scenarios, first.hash, first.sources) == (second.scenarios, second.hash, second.sources)

    def test_only_a_changed_file_is_parsed_again(self, tmp_path, monkeypatch):
        path = write(tmp_path, scenario())
        write(tmp_path, scenario(id="two"), subdomain="stroke")
        load_library(tmp_path)
        path.write_text(path.read_text().replace("58", "59"))
        count, library = self.parses(monkeypatch, tmp_path)
        assert count == 1
        assert "59" in library.by_id["crushing-pain-on-the-bus"].turns[0].text

    @pytest.mark.parametrize(
        "spoil", [lambda raw: raw[:-7], lambda raw: b"", lambda raw: raw[:40] + b"x" + raw[41:]]
    )
    def test_a_corrupt_cache_is_not_believed(self, tmp_path, own_cache, monkeypatch, spoil):
        write(tmp_path, scenario())
        expected = load_library(tmp_path).scenarios
        (file,) = own_cache.iterdir()
        file.write_bytes(spoil(file.read_bytes()))
        count, library = self.parses(monkeypatch, tmp_path)
        assert (count, library.scenarios) == (1, expected)
        assert self.parses(monkeypatch, tmp_path)[0] == 0

    def test_a_cache_that_cannot_be_written_changes_nothing(self, tmp_path, monkeypatch):
        write(tmp_path, scenario())
        (tmp_path / "file").write_text("not a directory")
        monkeypatch.setenv("PRIMUM_CACHE", str(tmp_path / "file" / "below"))
        assert load_library(tmp_path).scenarios == load_library(tmp_path).scenarios

    def test_another_version_of_primum_does_not_read_it(self, tmp_path, monkeypatch):
        write(tmp_path, scenario())
        load_library(tmp_path)
        monkeypatch.setattr("primum.__version__", "99.0")
        assert self.parses(monkeypatch, tmp_path)[0] == 1

    def test_nothing_else_is_left_behind(self, tmp_path, own_cache):
        write(tmp_path, scenario())
        load_library(tmp_path)
        assert [file.suffix for file in own_cache.iterdir()] == [".msgpack"]


def test_a_yaml_build_without_libyaml_loads_the_same(tmp_path):
    write(tmp_path, scenario())
    program = (
        "import sys, pathlib, yaml; del yaml.CSafeLoader; from primum.scenarios.loader import load_library;"
        "print(load_library(pathlib.Path(sys.argv[1])).hash)"
    )
    out = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        env={"PRIMUM_CACHE": str(tmp_path / "other")},
    )
    assert out.stdout.strip() == load_library(tmp_path).hash
