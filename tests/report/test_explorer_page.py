"""The explorer in a real browser: the tables' digits, by mouse, finger and keyboard."""

import csv

import pytest
from page_in_browser import SIZES, open_page, violations
from report_sample import REPORT
from widget_sample import build_widgets

from backprop_lab.files.documents import read_yaml
from backprop_lab.report.explorer import SERIES, explorer_data
from backprop_lab.report.formats import format_number
from backprop_lab.report.render import render_html

WORDS = read_yaml(REPORT / "text/en/labels.yaml")["explorer"]
#: Chooses each setting of the experiments as a reader would, and reads the whole table.
READ_ALL = """() => {
  const root = document.getElementById("explorer");
  const form = root.querySelector("form.choice");
  const found = {};
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const set = (name, value) => {
    if (!form.elements[name]) return;
    form.elements[name].value = value;
    form.elements[name].dispatchEvent(new Event("change", { bubbles: true }));
  };
  for (const experiment of data.experiments) {
    set("experiment", experiment.name);
    for (const setting of experiment.settings) {
      for (const column of experiment.columns) {
        set(column, data.variants[setting.variant][column] || "");
      }
      set("seed", "");
      const rows = [...root.querySelectorAll("tbody tr")];
      found[experiment.name + " " + setting.variant] = rows.map((row) =>
        [...row.cells].slice(1).map((cell) => cell.textContent)
      );
    }
  }
  return found;
}"""
SIZE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explorer")
    inputs = build_widgets(folder)
    render_html(inputs, folder / "report.html")
    return folder / "report.html", explorer_data(inputs.out, {})


@pytest.fixture
def opened(report, chromium):
    """Opens the report, or an address in it; in the end nothing may have been complained of."""
    made = []

    def open_at(fragment="", **options):
        page, problems = open_page(chromium, report[0].as_uri() + fragment, **options)
        made.append((page, problems))
        return page

    yield open_at
    for page, problems in made:
        assert problems == []
        page.context.close()


def reading(page):
    return page.locator("#explorer .reading").inner_text()


def choose(page, name, value, choice=0):
    form = page.locator("#explorer form.choice").nth(choice)
    form.locator(f"[name={name}]").select_option(value)


def test_every_mean_has_the_digits_of_the_tables(report, opened):
    found = opened().evaluate(READ_ALL)
    data = report[1]
    compared = 0
    for experiment in data["experiments"]:
        for setting in experiment["settings"]:
            if "mean" not in setting:
                continue
            rows = found[f"{experiment['name']} {setting['variant']}"]
            assert len(rows) == len(setting["mean"]["val_loss"])
            for column, name in enumerate(SERIES):
                spec = "percent:2" if name.endswith("accuracy") else "fixed:4"
                for row, mean in zip(rows, setting["mean"][name], strict=True):
                    assert row[column].split(" ")[0] == format_number(mean, spec, unit=False)
                    compared += 1
    assert compared > 3_000


def test_a_tie_goes_where_python_puts_it(opened):
    page = opened()
    values = [0.97125, 0.5, 0.03125, 0.15625, 0.09375, 1234.5, 12345678.03125, 2.5, 1e-9]
    values += [number / 128 for number in range(1, 128)]
    for digits, name in ((4, "train_loss"), (2, "train_accuracy")):
        runs = {"seed": 0, "diverged": False, **{one: [0.5] for one in SERIES}, name: values}
        runs["val_loss"] = values
        shown = page.evaluate(
            """([run, name]) => {
              Curves.runs.made_up = run;
              const curve = Curves.summarise({ variant: "", runs: ["made_up"] }, "");
              return run[name].map((_, at) => Curves.text(curve, name, at, false));
            }""",
            [runs, name],
        )
        scale = 100 if digits == 2 else 1
        assert shown == [f"{scale * value:,.{digits}f}" for value in values]


def test_keyboard_mouse_and_finger_read_the_same_epoch(opened):
    page = opened(has_touch=True, viewport=SIZES["wide"])
    slider = page.locator("#explorer .plots")
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    by_key = reading(page)
    assert by_key.startswith(WORDS["at"].format(epoch=4, last=10))
    page.keyboard.press("End")
    over = page.locator("#explorer .u-over").first
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    # Epochs 1 to 10 on an axis from 0.8 to 10.2.
    left = box["width"] * (4 - 0.8) / 9.4
    over.hover(position={"x": left, "y": 30})
    assert reading(page) == by_key
    slider.focus()
    page.keyboard.press("End")
    session = page.context.new_cdp_session(page)
    for kind, x in (("touchStart", left + 80), ("touchMove", left + 30), ("touchMove", left)):
        points = [{"x": box["x"] + x, "y": box["y"] + 40}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert reading(page) == by_key


def test_a_second_setting_is_laid_over_and_taken_away(opened):
    page = opened(viewport=SIZES["wide"])
    alone = reading(page)
    page.locator("#explorer [name=overlay]").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "experiment"  # of the new choice
    choose(page, "optimizer", "adam", choice=1)
    assert page.locator("#explorer .reading span").count() == 4
    both = reading(page)
    assert WORDS["of_choice"].format(n=2, name=WORDS["val"]) in both
    page.locator("#explorer [name=overlay]").click()
    assert reading(page) == alone
    choose(page, "optimizer", "adam")
    for value in reading(page).split(": ")[1:]:
        assert value.split("\n")[0] in both


def test_a_seed_that_a_setting_alone_has_is_not_kept_for_the_next(opened):
    """A setting with one seed shows it; back at one with several, all are shown as before."""
    page = opened()
    before = reading(page)
    page.evaluate(
        """() => {
          const data = JSON.parse(document.getElementById("explorer-data").textContent);
          const [first] = data.experiments;
          Curves.experiments.push({ ...first, name: "alone", title: "Alone", settings:
            first.settings.map((one) => ({ ...one, runs: one.runs.slice(-1) })) });
          const select = document.querySelector("#explorer [name=experiment]");
          select.append(new Option("Alone", "alone"));
        }"""
    )
    choose(page, "experiment", "alone")
    assert page.locator("#explorer [name=seed]").input_value() != ""
    assert reading(page) != before
    choose(page, "experiment", page.evaluate("Curves.experiments[0].name"))
    assert page.locator("#explorer [name=seed]").input_value() == ""
    assert reading(page) == before


def test_a_line_is_taken_away_and_brought_back_by_its_button(opened):
    page = opened()
    page.locator("#explorer summary").click()
    button = page.locator("#explorer .legend button").first
    columns = page.locator("#explorer thead th")
    assert columns.count() == 5
    button.focus()
    page.keyboard.press("Space")
    assert button.get_attribute("aria-pressed") == "false"
    assert page.locator("#explorer .reading span").count() == 1
    assert columns.count() == 3
    assert page.evaluate("document.activeElement.value") == "train"
    page.keyboard.press("Space")
    assert page.locator("#explorer .reading span").count() == 2


def test_epochs_are_chosen_by_dragging_or_typing_and_all_come_back(opened):
    page = opened(viewport=SIZES["wide"])
    page.locator("#explorer summary").click()
    rows = page.locator("#explorer tbody tr")
    assert rows.count() == 10
    over = page.locator("#explorer .u-over").nth(1)
    over.scroll_into_view_if_needed()
    box = over.bounding_box()

    def at(epoch):
        return box["x"] + box["width"] * (epoch - 0.8) / 9.4

    page.mouse.move(at(3), box["y"] + 20)
    page.mouse.down()
    page.mouse.move(at(7), box["y"] + 20, steps=4)
    page.mouse.up()
    assert [rows.first.locator("th").inner_text(), rows.count()] == ["3", 5]
    assert page.locator("#explorer [name=to]").input_value() == "7"
    page.mouse.dblclick(at(5), box["y"] + 20)
    assert rows.count() == 10
    page.locator("#explorer [name=from]").fill("9")
    page.keyboard.press("Tab")
    assert rows.count() == 2
    page.locator("#explorer [name=whole]").click()
    assert rows.count() == 10


def test_the_address_names_what_is_shown(opened):
    page = opened(viewport=SIZES["wide"])
    assert "#" not in page.url
    choose(page, "experiment", "sweep_learning_rate")
    choose(page, "learning_rate", "0.005")
    page.locator("#explorer [name=log_loss]").check()
    page.locator("#explorer [name=log_epoch]").check()
    page.locator("#explorer [name=overlay]").click()
    choose(page, "experiment", "task1_final", choice=1)
    choose(page, "seed", "1", choice=1)
    page.locator("#explorer .legend button").nth(2).click()
    page.locator("#explorer [name=to]").fill("20")
    page.keyboard.press("Tab")
    page.locator("#explorer .plots").focus()
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    shown = """[".reading", ".setting", "tbody"].map((part) =>
      document.querySelector("#explorer " + part).textContent)"""
    before = page.evaluate(shown)
    page.wait_for_timeout(400)
    fragment = "#" + page.url.partition("#")[2]
    assert fragment.startswith("#explorer/")
    other = opened(fragment, viewport=SIZES["wide"])
    assert other.evaluate(shown) == before
    assert other.locator("#explorer [name=log_loss]").is_checked()
    assert other.locator("#explorer .legend button[aria-pressed=false]").count() == 1
    box = other.locator("#explorer").bounding_box()
    assert 0 <= box["y"] < SIZES["wide"]["height"]
    # An address that names nothing that is there, and that of a section, change nothing.
    plain = reading(opened())
    assert reading(opened("#explorer/runs=none&setting=none")) == plain
    section = opened("#sec-explorer")
    section.locator("#explorer .u-over").first.hover()
    section.wait_for_timeout(400)
    assert section.url.endswith("#sec-explorer")


def test_what_is_shown_is_saved_as_csv_and_image(report, opened, tmp_path):
    page = opened(viewport=SIZES["wide"])
    choose(page, "experiment", "sweep_learning_rate")
    choose(page, "learning_rate", "1")
    page.locator("#explorer [name=to]").fill("3")
    page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.locator("#explorer [name=csv]").click()
    download.value.save_as(tmp_path / "shown.csv")
    with (tmp_path / "shown.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    sweep = next(o for o in report[1]["experiments"] if o["name"] == "sweep_learning_rate")
    [setting] = [s for s in sweep["settings"] if s["variant"] == rows[0]["variant"]]
    runs = [report[1]["runs"][run] for run in setting["runs"]]
    assert any(run["diverged"] for run in runs)
    for at, row in enumerate(rows):
        for name in SERIES:
            values = [run[name][at] for run in runs if not run["diverged"]]
            assert float(row[f"{name}_mean"]) == setting["mean"][name][at]
            assert float(row[f"{name}_low"]) == min(values)
            assert float(row[f"{name}_high"]) == max(values)
    with page.expect_download() as download:
        page.locator("#explorer [name=image]").click()
    assert download.value.suggested_filename == "learning-curves.png"
    download.value.save_as(tmp_path / "shown.png")
    from PIL import Image

    picture = Image.open(tmp_path / "shown.png").convert("RGB")
    assert picture.width > 500
    assert len(picture.getcolors(1 << 24)) > 20  # lines and words, not one colour


def test_a_logarithmic_scale_draws_another_picture(opened):
    page = opened(viewport=SIZES["wide"])
    picture = "[...document.querySelectorAll('#explorer canvas')].map((one) => one.toDataURL())"
    accuracy, loss = page.evaluate(picture)
    page.locator("#explorer [name=log_loss]").check()
    same, other = page.evaluate(picture)
    assert (same == accuracy, other == loss) == (True, False)
    page.locator("#explorer [name=log_epoch]").check()
    assert page.evaluate(picture)[0] != accuracy


def test_text_of_the_axes_is_in_a_font_of_the_page(opened):
    fonts = opened().evaluate(
        """() => {
          const seen = new Set();
          const write = CanvasRenderingContext2D.prototype.fillText;
          CanvasRenderingContext2D.prototype.fillText = function (...given) {
            seen.add(this.font);
            return write.apply(this, given);
          };
          document.dispatchEvent(new Event("themechange"));
          return new Promise((done) => setTimeout(() => done([...seen]), 100));
        }"""
    )
    assert fonts
    own = "getComputedStyle(document.getElementById('explorer')).fontFamily"
    family = opened().evaluate(own).split(",")[0]
    assert family.startswith('"Report ')
    assert all(family.strip('"') in font for font in fonts)


def test_contents_lead_to_it(opened):
    page = opened(viewport=SIZES["wide"])
    link = page.locator(".contents a[href='#explorer']")
    assert link.inner_text() == WORDS["title"]
    link.click()
    box = page.locator("#explorer").bounding_box()
    assert -1 <= box["y"] < SIZES["wide"]["height"] / 2


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_with_two_settings_and_its_table_it_fits_and_axe_finds_nothing(opened, size, colours):
    page = opened(viewport=SIZES[size], color_scheme=colours)
    page.locator("#explorer [name=overlay]").click()
    page.locator("#explorer .legend button").last.click()
    page.locator("#explorer summary").click()
    assert page.evaluate(SIZE) == 0
    assert violations(page) == []
