"""Completes moto in its own process, and runs it as Mainstay's local AWS. See ../../README.md."""
