"""`python -m app.cli` is the same as `handrail`."""

from app.cli import main

main()
