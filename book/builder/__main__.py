"""Build the course site: ``python -m book.builder student``, ``instructor`` or ``linkcheck``."""

import argparse

from book.builder.links import check_links
from book.builder.site import SITES, build


def main() -> int:
    """Build one site and say where its front page is, or check the outside links."""
    parser = argparse.ArgumentParser(prog="python -m book.builder", description=__doc__)
    parser.add_argument("what", choices=[*SITES, "linkcheck"])
    what = parser.parse_args().what
    if what == "linkcheck":
        return check_links()
    print(f"The site is built. Its front page is {build(what) / 'index.html'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
