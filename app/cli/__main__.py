"""`python -m app.cli` is the same as `handrail`."""

from app.cli.main import main

main()
