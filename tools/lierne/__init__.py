"""Lierne turns an Obsidian vault into a program and a website."""
