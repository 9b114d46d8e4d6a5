"""The concept graph: prose and code in one."""
