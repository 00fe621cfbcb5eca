"""What can be done: one module a noun, one public function one unit of work."""
