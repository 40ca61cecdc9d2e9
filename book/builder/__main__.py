"""Build the course site: ``python -m book.builder student`` or ``instructor``."""

import argparse

from book.builder.site import SITES, build


def main() -> int:
    """Build one site and say where its front page is."""
    parser = argparse.ArgumentParser(prog="python -m book.builder", description=__doc__)
    parser.add_argument("site", choices=SITES)
    front_page = build(parser.parse_args().site) / "index.html"
    print(f"The site is built. Its front page is {front_page}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
