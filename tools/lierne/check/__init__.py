"""What is wrong in a vault: links, embeds, properties, code, and all of it together."""
