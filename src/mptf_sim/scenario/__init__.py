"""The entrance hall: what a scenario is, and how a file becomes one."""
