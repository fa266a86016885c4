"""The look of every picture: fonts of any script, colours told apart by everyone, panels in a grid, PNG files."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from pathlib import Path

import matplotlib as mpl
import pylopdf_fonts_zh_cn
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager

BASELINE_COLOUR = "#4d4d4d"
PLAN_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#b8a800", "#7a4fa3")  # Okabe & Ito
WINDOW_COLOUR = "#f3ead7"
NUMBERS = "{x:,.7g}"
DOTS_AN_INCH = 150


def canvas(width: float, height: float) -> Figure:
    """An empty figure of so many inches, laid out so that nothing overlaps."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def write_figures(figures: Mapping[str, Callable[[], Figure]], folder: Path) -> list[Path]:
    """Draw each figure as ``folder/name.png``; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, draw in figures.items():
        files.append(folder / f"{name}.png")
        with look():
            draw().savefig(files[-1], dpi=DOTS_AN_INCH)
    return files


@contextmanager
def look() -> Iterator[None]:
    """The look of every figure, without touching the settings of a notebook that draws others."""
    with mpl.rc_context():
        mpl.rc("font", family=["DejaVu Sans", _chinese_font()], size=8.5)
        mpl.rc("axes", grid=True, axisbelow=True)
        mpl.rc("axes.spines", top=False, right=False)
        mpl.rc("grid", color="#e6e6e6", linewidth=0.6)
        mpl.rc("date", converter="concise")
        yield


def _chinese_font() -> str:
    """Name of the bundled font with Chinese glyphs, made known to Matplotlib."""
    path = pylopdf_fonts_zh_cn.sans_path()
    if all(Path(entry.fname) != path for entry in fontManager.ttflist):
        fontManager.addfont(str(path))
    return FontProperties(fname=str(path)).get_name()


def grid(count: int, *, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """``count`` panels in two columns."""
    rows = max(1, ceil(count / 2))
    figure = canvas(2 * width, rows * height + 1.0)
    axes = figure.subplots(rows, 2, squeeze=False).ravel().tolist()
    for spare in axes[count:]:
        spare.set_axis_off()
    return figure, axes[:count]
