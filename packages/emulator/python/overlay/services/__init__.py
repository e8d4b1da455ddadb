"""One file per AWS service: what moto lacks there, and how it is completed."""
