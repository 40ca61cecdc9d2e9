#!/bin/sh
cd "$(dirname "$0")" && exec python3.12 start.py "$@"
