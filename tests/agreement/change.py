#!/usr/bin/env python3
"""Changes small files of a corpus at random, token by token, into a corpus of their own.

    change.py LANG CORPUS OUT [COUNT [SEED]]

What the reference still accepts of them must agree like any other file: so code that nobody would write stands before the
scanner too. OUT/LANG gets COUNT files (10,000) of those in CORPUS/LANG, the same ones for the same SEED (1). Then:
WARP_TUI_CORPUS=OUT cargo test --profile corpus --test agreement LANG:: -- --nocapture
"""
import os
import random
import re
import sys

EXTENSIONS = {
    "crystal": (".cr",),
    "go": (".go",),
    "javascript": (".js", ".jsx", ".mjs", ".cjs"),
    "python": (".py", ".pyi"),
    "ruby": (".rb",),
    "rust": (".rs",),
    "typescript": (".ts", ".tsx", ".mts", ".cts"),
}
LINE_COMMENTS = {"crystal", "python", "ruby"}
BYTES = range(60, 5000)
LENDERS = 1500
PIECES_OF_EACH = 60
GROUP_MAX = 400
FILES_IN_A_FOLDER = 1000

TOKEN = re.compile(
    rb"[A-Za-z_][A-Za-z_0-9]*[?!]?|[0-9][0-9A-Za-z_.]*|\s+"
    rb"|=>|->|::|\.\.\.?|<<[~-]?|>>|&&|\|\||[-+*/%&|^=<>!]="
    rb'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|.',
    re.S,
)
OPENERS, CLOSERS = (b"(", b"[", b"{"), (b")", b"]", b"}")
BLANKS = [b" ", b"\n", b"\n\n", b"\t", b"  ", b"\r\n", b""]


def is_word(token):
    return token[:1].isalpha()


def is_operator(token):
    return not (token.isspace() or token[:1].isalnum() or token in OPENERS + CLOSERS)


class Changer:
    def __init__(self, language, files, rng):
        self.rng = rng
        self.comments = (
            [b" # c\n"] if language in LINE_COMMENTS else [b"/* c */", b"// c\n", b"/** { */"]
        )
        self.lenders = [tokens for tokens in map(read, files[:LENDERS]) if tokens]
        sample = lambda tokens: rng.sample(tokens, min(PIECES_OF_EACH, len(tokens)))
        self.pieces = [piece for tokens in self.lenders for piece in sample(tokens)]
        self.words = [piece for piece in self.pieces if is_word(piece)]
        self.operators = [piece for piece in self.pieces if is_operator(piece)]

    def group(self, tokens):
        """A bracket with its closer, not too long."""
        opens = [i for i, token in enumerate(tokens) if token in OPENERS]
        if not opens:
            return None
        start, depth = self.rng.choice(opens), 0
        for end in range(start, min(len(tokens), start + GROUP_MAX)):
            depth += (tokens[end] in OPENERS) - (tokens[end] in CLOSERS)
            if depth == 0:
                return slice(start, end + 1)
        return None

    def lines(self, tokens):
        """One line, or up to three."""
        breaks = [i for i, token in enumerate(tokens) if b"\n" in token]
        if len(breaks) < 3:
            return None
        first = self.rng.randrange(len(breaks) - 1)
        last = min(len(breaks) - 1, first + self.rng.choice([1, 1, 1, 2, 3]))
        return slice(breaks[first] + 1, breaks[last] + 1)

    def replace(self, tokens, fits, pieces):
        places = [i for i, token in enumerate(tokens) if fits(token)]
        if places:
            tokens[self.rng.choice(places)] = self.rng.choice(pieces)

    def change(self, tokens):
        rng, at = self.rng, self.rng.randrange(len(tokens))
        kind = rng.randrange(15)
        lender = rng.choice(self.lenders)
        if kind == 0:
            del tokens[at]
        elif kind == 1:
            tokens[at] = rng.choice(self.pieces)
        elif kind == 2:
            tokens.insert(at, rng.choice(self.pieces))
        elif kind == 3:
            tokens[at] = rng.choice(tokens)
        elif kind == 4:
            other = rng.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif kind == 5:
            tokens.insert(at, rng.choice(self.comments))
        elif kind == 6:
            self.replace(tokens, bytes.isspace, BLANKS + self.comments)
        elif kind < 10:
            here, there = self.group(tokens), self.group(lender)
            if here and there:
                tokens[here] = lender[there]
        elif kind < 12:
            here, there = self.lines(tokens), self.lines(lender)
            if here and there:
                tokens[here.start : here.start] = lender[there]
        elif kind == 12:
            here = self.lines(tokens)
            if here:
                del tokens[here]
        elif kind == 13:
            self.replace(tokens, is_operator, self.operators)
        else:
            self.replace(tokens, is_word, self.words)


def read(path):
    with open(path, "rb") as file:
        text = file.read()
    return None if b"\0" in text else TOKEN.findall(text)


def main():
    if len(sys.argv) < 4 or sys.argv[1] not in EXTENSIONS:
        sys.exit(__doc__)
    language, corpus, out = sys.argv[1:4]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 10_000
    rng = random.Random(int(sys.argv[5]) if len(sys.argv) > 5 else 1)
    files = []
    for folder, _, names in os.walk(os.path.join(corpus, language, "")):
        for name in names:
            path = os.path.join(folder, name)
            if name.endswith(EXTENSIONS[language]) and os.path.isfile(path):
                if os.path.getsize(path) in BYTES:
                    files.append(path)
    if not files:
        sys.exit(f"no small files of {language} in {corpus}")
    files.sort()
    rng.shuffle(files)
    changer = Changer(language, files, rng)
    for n in range(count):
        path = rng.choice(files)
        tokens = read(path)
        if not tokens:
            continue
        for _ in range(rng.choice([1, 1, 2, 3])):
            if tokens:
                changer.change(tokens)
        folder = os.path.join(out, language, str(n // FILES_IN_A_FOLDER))
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f"{n}{os.path.splitext(path)[1]}"), "wb") as file:
            file.write(b"".join(tokens))


main()
