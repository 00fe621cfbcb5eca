"""Writes of the consultations domain, by noun. One public function is one unit of work."""
