"""The peers, each in its best usual dress, behind the same line protocol as our own engine.

`python -m bench.directory.peers NAME build LISTINGS INDEX`, `… query INDEX`, `… update INDEX CHANGES`. All are fed the
same lightly normalised text: marks gone, letters folded. Tantivy forgives one error a word and takes the last one as a
beginning; SQLite's FTS5 ranks by bm25 with the last word as a beginning; PostgreSQL compares each word by trigrams.
"""

import json
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import psycopg

from bench.directory import canon

LIMIT = 20
_LONGEST_MS = 2_000
_BATCH = 20_000


class Peer(Protocol):
    """An engine: built once, then asked and kept fresh."""

    def build(self, rows: Iterator[tuple[int, str]]) -> None:
        """Index rows of number and text."""

    def find(self, words: Sequence[str]) -> list[int]:
        """Return the numbers of the rows that fit best."""

    def replace(self, rows: Sequence[tuple[int, str]]) -> None:
        """Take rows in, or in the place of older ones."""


class Fts5:
    """SQLite's full-text search on normalised text."""

    def __init__(self, index: str) -> None:
        self._db = sqlite3.connect(index, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")

    def build(self, rows: Iterator[tuple[int, str]]) -> None:
        """Index them without keeping the text."""
        self._db.execute(
            "CREATE VIRTUAL TABLE listing USING fts5(text, content='', tokenize='unicode61', prefix='2 3')"
        )
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO listing (rowid, text) VALUES (?, ?)", rows)
        self._db.execute("COMMIT")
        self._db.execute("INSERT INTO listing(listing) VALUES ('optimize')")

    def find(self, words: Sequence[str]) -> list[int]:
        """Return the rows with all words by bm25, the last word begun."""
        match = " ".join(f'"{word}"' for word in words) + "*"
        found = self._db.execute("SELECT rowid FROM listing WHERE listing MATCH ? ORDER BY rank LIMIT 20", (match,))
        return [number for (number,) in found]

    def replace(self, rows: Sequence[tuple[int, str]]) -> None:
        """Add rows; this table without content can't take any away by its number alone."""
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO listing (rowid, text) VALUES (?, ?)", rows)
        self._db.execute("COMMIT")


class Tantivy:
    """Tantivy by its own Python binding."""

    def __init__(self, index: str) -> None:
        self._lib: Any = import_module("tantivy")
        schema = self._lib.SchemaBuilder()
        schema.add_integer_field("number", stored=True, indexed=True, fast=True)
        schema.add_text_field("text", stored=False, tokenizer_name="whitespace", index_option="freq")
        self._schema = schema.build()
        Path(index).mkdir(exist_ok=True)
        self._index = self._lib.Index(self._schema, path=index)
        self._searcher = self._index.searcher()

    def build(self, rows: Iterator[tuple[int, str]]) -> None:
        """Index them with two threads, as one segment."""
        writer = self._index.writer(heap_size=512_000_000, num_threads=2)
        for number, text in rows:
            writer.add_document(self._lib.Document(number=number, text=text))
        writer.commit()
        writer.wait_merging_threads()

    def find(self, words: Sequence[str]) -> list[int]:
        """Return the rows with all words, each with one error at most; words as they are count most."""
        self._index.reload()
        query = self._lib.Query
        must = []
        for n, word in enumerate(words):
            begun = n == len(words) - 1
            exact = query.boost_query(query.term_query(self._schema, "text", word), 3.0)
            near = query.fuzzy_term_query(self._schema, "text", word, distance=1, prefix=begun)
            must.append(
                (self._lib.Occur.Must, query.boolean_query([(self._lib.Occur.Should, q) for q in (exact, near)]))
            )
        searcher = self._index.searcher()
        hits = searcher.search(query.boolean_query(must), LIMIT, count=False).hits
        return [searcher.doc(address)["number"][0] for _, address in hits]

    def replace(self, rows: Sequence[tuple[int, str]]) -> None:
        """Take each row away by its number and add it anew."""
        writer = self._index.writer(heap_size=64_000_000, num_threads=1)
        for number, text in rows:
            writer.delete_documents("number", number)
            writer.add_document(self._lib.Document(number=number, text=text))
        writer.commit()


class Trigrams:
    """PostgreSQL with pg_trgm; the index's name is the database's address."""

    def __init__(self, index: str) -> None:
        self._db = psycopg.connect(index, autocommit=True)

    def build(self, rows: Iterator[tuple[int, str]]) -> None:
        """Copy them in, then index them."""
        self._db.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        self._db.execute("CREATE TABLE listing (number integer, text text)")
        with self._db.cursor() as cursor, cursor.copy("COPY listing FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self._db.execute("SET maintenance_work_mem = '1GB'")
        self._db.execute("CREATE INDEX listing_text ON listing USING gin (text gin_trgm_ops)")
        self._db.execute("ALTER TABLE listing ADD PRIMARY KEY (number)")
        self._db.execute("VACUUM ANALYZE listing")

    def find(self, words: Sequence[str]) -> list[int]:
        """Return the rows in which each word is half met, best first."""
        self._db.execute(f"SET statement_timeout = {_LONGEST_MS}; SET pg_trgm.strict_word_similarity_threshold = 0.45")
        where = " AND ".join("%s <<%% text" for _ in words)
        rank = " + ".join("strict_word_similarity(%s, text)" for _ in words)
        statement = f"SELECT number FROM listing WHERE {where} ORDER BY {rank} DESC LIMIT {LIMIT}"
        try:
            return [number for (number,) in self._db.execute(statement.encode(), [*words, *words])]
        except psycopg.errors.QueryCanceled:
            return []

    def replace(self, rows: Sequence[tuple[int, str]]) -> None:
        """Write rows over older ones."""
        with self._db.transaction(), self._db.cursor() as cursor:
            statement = b"INSERT INTO listing VALUES (%s, %s) ON CONFLICT (number) DO UPDATE SET text = excluded.text"
            cursor.executemany(statement, rows)


PEERS: dict[str, type[Fts5] | type[Tantivy] | type[Trigrams]] = {
    "tantivy": Tantivy,
    "fts5": Fts5,
    "pg_trgm": Trigrams,
}


def rows_of(listings: Path) -> Iterator[tuple[int, str]]:
    """Return number and text of every published listing."""
    with listings.open(encoding="utf-8") as file:
        columns = next(file).rstrip("\n").split("\t")
        at = {name: n for n, name in enumerate(columns)}
        searched = [at[name] for name in ("name", "category", "governorate", "town", "area", "street")]
        for line in file:
            cells = line.rstrip("\n").split("\t")
            if cells[at["listed"]] == "yes":
                yield int(cells[at["id"]]), canon.light(" ".join(cells[n] for n in searched))


def serve(peer: Peer) -> None:
    """Answer one query a line until there are no more."""
    for line in sys.stdin:
        began = time.perf_counter()
        words = canon.light(json.loads(line)["q"]).split()
        ids = peer.find(words) if words else []
        took = (time.perf_counter() - began) * 1000
        print(json.dumps({"ids": ids, "ms": took}), flush=True)


def main(name: str, verb: str, *arguments: str) -> None:
    """Do what the verb says."""
    index = arguments[-1] if verb == "build" else arguments[0]
    if verb == "build" and name != "pg_trgm":
        shutil.rmtree(index, ignore_errors=True)
        Path(index).unlink(missing_ok=True)
    peer = PEERS[name](index)
    if verb == "build":
        peer.build(rows_of(Path(arguments[0])))
    elif verb == "update":
        peer.replace(list(rows_of(Path(arguments[1]))))
    else:
        serve(peer)


if __name__ == "__main__":
    main(*sys.argv[1:])
