"""Tests of the index of bitmaps."""
