#!/usr/bin/env python3
"""Programs put together at random from a grammar: odd things in odd places, with odd white space between them.

    generate.py EXTENSION OUT N [SEED]

writes N of them into OUT. Most are nothing that a reference takes; what it takes of them must agree:

    generate.py ts DIR/typescript 5000 1 && WARP_TUI_CORPUS=DIR cargo test --profile corpus --test agreement javascript:: -- --nocapture

The grammars are in `grammars/`. A line is a rule: `name: one | other`, and `name+: third` adds to it, from another file too.
`@name` stands for a rule's text, `_` for white space and comments or nothing, `~` for a blank, `^` for a line break of some
kind, `#` for a number that hardly any other place has; `\\s`, `\\n`, `\\p`, `\\h`, `\\a` are a blank, a line break, `|`, `#` and `@`; anything
else stands for itself. Tokens are written one behind the other, without the blanks that part them here. An alternative written twice comes twice
as often. The first one of each rule must lead to an end: it is taken where the text is deep enough.
"""

import pathlib
import random
import re
import sys

GRAMMARS = {
    "js": ["javascript", "jsx"],
    "rb": ["ruby"],
    "rs": ["rust"],
    "ts": ["javascript", "typescript", "casts"],
    "tsx": ["javascript", "typescript", "jsx"],
}
# What stands for `_`, `~` and `^`: in languages like C, and in Ruby.
LIKE_C = {
    "_": ["", "", "", " ", " ", "  ", "\n", "\n  ", " /* c */ ", "/* { */", " // l\n", "\t", "\r\n  ", "\n\n    "],
    "~": [" ", " ", " ", "  ", "\t", " /* x */ "],
    "^": ["\n", "\n", "\n", "\n  ", "\r\n", " // e\n", "\n/** d */\n", "; ", ";\n"],
}
RUBY = {
    "_": ["", "", "", " ", " ", "  ", "\n", "\n  ", " # c\n", " \\\n", "\t", "\n# {\n", "\n\n    "],
    "~": [" ", " ", " ", " ", "  ", "\t", " \\\n  "],
    "^": ["\n", "\n", "\n", "\n  ", "\r\n", " # e\n", "\n# do\n  ", "; ", ";\n", "\n=begin\nend {\n=end\n"],
}
SPACES = {"rb": RUBY}
ESCAPES = {"s": " ", "n": "\n", "p": "|", "h": "#", "a": "@"}


def rules_of(names):
    """The rules of these files: for each name its alternatives, each a list of tokens."""
    rules = {}
    for name in names:
        path = pathlib.Path(__file__).parent / "grammars" / f"{name}.txt"
        for line in path.read_text().splitlines():
            if not line or line.startswith("%"):
                continue
            head, alternatives = re.match(r"(\w+)\+?:(.*)", line).groups()
            split = [[]]
            for token in alternatives.split():
                if token == "|":
                    split.append([])
                else:
                    split[-1].append(token)
            rules.setdefault(head, []).extend(split)
    return rules


class Writer:
    """Writes one program."""

    def __init__(self, rules, spaces, pick):
        self.rules, self.spaces, self.pick, self.out = rules, spaces, pick, []

    def token(self, token, depth):
        if token[0] == "@" and token[1:] in self.rules:
            self.rule(token[1:], depth - 1)
        elif token == "_" and self.pick.random() < 0.75:
            self.out.append(self.pick.choice(["", " "]))
        elif token in self.spaces:
            self.out.append(self.pick.choice(self.spaces[token]))
        else:
            text = re.sub("#", lambda _: str(self.pick.randrange(10000)), token)
            self.out.append(re.sub(r"\\([snpha])", lambda found: ESCAPES[found[1]], text))

    def rule(self, name, depth):
        alternatives = self.rules[name]
        chosen = alternatives[0] if depth <= 0 else self.pick.choice(alternatives)
        for token in chosen:
            self.token(token, depth)

    def program(self):
        for _ in range(self.pick.randrange(1, 8)):
            self.rule("statement", self.pick.choice([4, 6, 8]))
            self.token("^", 0)
        # Behind a program that ends early nothing is done by the window of 64 bytes.
        self.out.append(" " * self.pick.choice([0, 0, 70]))
        return "".join(self.out)


def main():
    extension, out, n = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    rules, pick = rules_of(GRAMMARS[extension]), random.Random(seed)
    out.mkdir(parents=True, exist_ok=True)
    for i in range(n):
        text = Writer(rules, SPACES.get(extension, LIKE_C), pick).program()
        (out / f"g{seed}_{i}.{extension}").write_text(text, newline="")


main()
