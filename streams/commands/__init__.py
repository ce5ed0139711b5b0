"""The commands of `streams`, one module each; `streams.cli` puts them together."""
