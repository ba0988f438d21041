#!/usr/bin/env python3
"""Programs put together at random from a grammar: odd things in odd places, with odd white space between them.

    generate.py EXTENSION OUT N [SEED]

writes N of them into OUT. Most are nothing that a reference takes; what it takes of them must agree:

    generate.py ts DIR/typescript 5000 1 && WARP_TUI_CORPUS=DIR cargo test --test agreement javascript:: -- --nocapture

The grammars are in `grammars/`. A line is a rule: `name: one | other`, and `name+: third` adds to it, from another file too.
`@name` stands for a rule's text, `_` for white space and comments or nothing, `~` for a blank, `^` for a line break of some
kind, `#` for a number that hardly any other place has; `\\s`, `\\n`, `\\p` are a blank, a line break and a `|`; anything else stands
for itself. Tokens are written one behind the other, without the blanks that part them here. An alternative written twice comes twice
as often. The first one of each rule must lead to an end: it is taken where the text is deep enough.
"""

import pathlib
import random
import re
import sys

GRAMMARS = {
    "js": ["javascript", "jsx"],
    "rs": ["rust"],
    "ts": ["javascript", "typescript", "casts"],
    "tsx": ["javascript", "typescript", "jsx"],
}
GAPS = ["", "", "", " ", " ", "  ", "\n", "\n  ", " /* c */ ", "/* { */", " // l\n", "\t", "\r\n  ", "\n\n    "]
BREAKS = ["\n", "\n", "\n", "\n  ", "\r\n", " // e\n", "\n/** d */\n", "; ", ";\n"]


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

    def __init__(self, rules, pick):
        self.rules, self.pick, self.out = rules, pick, []

    def gap(self):
        return self.pick.choice(GAPS) if self.pick.random() < 0.25 else self.pick.choice(["", " "])

    def token(self, token, depth):
        if token[0] == "@" and token[1:] in self.rules:
            self.rule(token[1:], depth - 1)
        elif token == "_":
            self.out.append(self.gap())
        elif token == "~":
            self.out.append(self.pick.choice([" ", " ", " ", "  ", "\t", " /* x */ "]))
        elif token == "^":
            self.out.append(self.pick.choice(BREAKS))
        else:
            text = token.replace("\\s", " ").replace("\\n", "\n").replace("\\p", "|")
            self.out.append(re.sub("#", lambda _: str(self.pick.randrange(10000)), text))

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
        text = Writer(rules, pick).program()
        (out / f"g{seed}_{i}.{extension}").write_text(text, newline="")


main()
