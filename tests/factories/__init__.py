"""Builders of test data, and fakes and servers that tests run against."""
