// The reference for Go: what go/scanner and go/parser find in the files whose paths come on standard input, one JSON
// object a line, `null` where the parser rejects the file. Its form is that of `Tokens` in tests/agreement/harness.rs.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"sort"
)

type tokens struct {
	Structural []int    `json:"structural"`
	Spans      [][3]any `json:"spans"`
	Patterns   [][4]any `json:"patterns"`
	Levels     [][2]int `json:"levels"`
}

func main() {
	paths, out := bufio.NewScanner(os.Stdin), bufio.NewWriter(os.Stdout)
	for paths.Scan() {
		answer := []byte("null")
		if text, err := os.ReadFile(paths.Text()); err == nil {
			if found := read(text); found != nil {
				answer, _ = json.Marshal(found)
			}
		}
		out.Write(append(answer, '\n'))
		out.Flush()
	}
}

func read(text []byte) *tokens {
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, "", text, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
	if err != nil {
		return nil
	}
	found := &tokens{[]int{}, [][3]any{}, [][4]any{}, [][2]int{}}
	found.lex(text)
	w := walker{text: text, file: files.File(tree.Pos()), found: found}
	w.file_(tree)
	return found
}

// lex finds spans, structurals and levels. Ends are looked for in the text: literals have their carriage returns removed.
func (found *tokens) lex(text []byte) {
	files := token.NewFileSet()
	file := files.AddFile("", files.Base(), len(text))
	var lexer scanner.Scanner
	lexer.Init(file, text, nil, scanner.ScanComments)
	var open []int
	for {
		pos, tok, lit := lexer.Scan()
		at := file.Offset(pos)
		switch tok {
		case token.EOF:
			sort.Slice(found.Levels, func(i, j int) bool { return found.Levels[i][0] < found.Levels[j][0] })
			return
		case token.STRING:
			if text[at] == '`' {
				end := at + 2 + bytes.IndexByte(text[at+1:], '`')
				found.span(at, end, "raw_string")
			} else {
				found.span(at, at+len(lit), "string")
			}
		case token.CHAR:
			found.span(at, at+len(lit), "char")
		case token.COMMENT:
			if text[at+1] == '*' {
				end := at + 4 + bytes.Index(text[at+2:], []byte("*/"))
				found.span(at, end, "block_comment")
				continue
			}
			end := bytes.IndexByte(text[at:], '\n')
			if end < 0 {
				end = len(text) - at
			} else if text[at+end-1] == '\r' {
				end--
			}
			found.span(at, at+end, "line_comment")
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, at)
			found.Structural = append(found.Structural, at)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if n := len(open); n > 0 {
				found.Levels = append(found.Levels, [2]int{open[n-1], at})
				open = open[:n-1]
			}
			found.Structural = append(found.Structural, at)
		case token.COMMA:
			found.Structural = append(found.Structural, at)
		case token.SEMICOLON:
			// The scanner's own, at the end of a line, are no bytes.
			if lit == ";" {
				found.Structural = append(found.Structural, at)
			}
		}
	}
}

func (found *tokens) span(start, end int, kind string) {
	found.Spans = append(found.Spans, [3]any{start, end, kind})
}

type walker struct {
	names map[*ast.InterfaceType]string
	text  []byte
	file  *token.File
	found *tokens
}

func (w *walker) at(pos token.Pos) int { return w.file.Offset(pos) }

// pattern's name is nil or a string as written.
func (w *walker) pattern(start, end token.Pos, kind string, name any) {
	w.found.Patterns = append(w.found.Patterns, [4]any{w.at(start), w.at(end), kind, name})
}

func (w *walker) written(node ast.Node) string {
	return string(w.text[w.at(node.Pos()):w.at(node.End())])
}

// end of a literal: its value may lack carriage returns.
func (w *walker) literalEnd(literal *ast.BasicLit) token.Pos {
	at := w.at(literal.Pos())
	if w.text[at] != '`' {
		return literal.End()
	}
	return literal.Pos() + token.Pos(2+bytes.IndexByte(w.text[at+1:], '`'))
}

func (w *walker) file_(tree *ast.File) {
	w.pattern(tree.Package, tree.Name.End(), "package", tree.Name.Name)
	for _, decl := range tree.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			w.function(decl)
		case *ast.GenDecl:
			w.declaration(decl, true)
		}
	}
	ast.Inspect(tree, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.DeclStmt:
			if decl, ok := node.Decl.(*ast.GenDecl); ok {
				w.declaration(decl, false)
			}
		case *ast.StructType:
			for _, field := range node.Fields.List {
				if field.Tag != nil {
					w.pattern(field.Tag.Pos(), w.literalEnd(field.Tag), "struct_tag", nil)
				}
			}
		case *ast.InterfaceType:
			if node.Methods.Opening.IsValid() {
				w.pattern(node.Interface, node.Methods.Closing+1, "interface", w.named(tree, node))
			}
		}
		return true
	})
}

// named gives the name of the type definition that is this interface and nothing else.
func (w *walker) named(tree *ast.File, wanted *ast.InterfaceType) (name any) {
	if w.names == nil {
		w.names = map[*ast.InterfaceType]string{}
		ast.Inspect(tree, func(node ast.Node) bool {
			if spec, ok := node.(*ast.TypeSpec); ok {
				if whole, ok := spec.Type.(*ast.InterfaceType); ok {
					w.names[whole] = spec.Name.Name
				}
			}
			return true
		})
	}
	if written, ok := w.names[wanted]; ok {
		name = written
	}
	return name
}

func (w *walker) function(decl *ast.FuncDecl) {
	kind, name := "func", decl.Name.Name
	if decl.Recv != nil {
		kind = "method"
		for _, field := range decl.Recv.List {
			w.receiver(field.Type)
		}
	}
	w.parameters(decl.Type.TypeParams)
	start, end := decl.Type.Func, decl.Type.Params.End()
	if results := decl.Type.Results; results != nil {
		end = results.End()
	}
	w.pattern(start, end, "function_signature", name)
	if decl.Body != nil {
		end = decl.Body.End()
	}
	w.pattern(start, end, kind, name)
}

func (w *walker) receiver(node ast.Expr) {
	switch node := node.(type) {
	case *ast.StarExpr:
		w.receiver(node.X)
	case *ast.ParenExpr:
		w.receiver(node.X)
	case *ast.IndexExpr:
		w.pattern(node.Lbrack, node.Rbrack+1, "generic", nil)
	case *ast.IndexListExpr:
		w.pattern(node.Lbrack, node.Rbrack+1, "generic", nil)
	}
}

func (w *walker) parameters(list *ast.FieldList) {
	if list != nil {
		w.pattern(list.Opening, list.Closing+1, "generic", nil)
	}
}

func (w *walker) declaration(decl *ast.GenDecl, outside bool) {
	for _, spec := range decl.Specs {
		start := decl.TokPos
		if decl.Lparen.IsValid() {
			start = spec.Pos()
		}
		switch spec := spec.(type) {
		case *ast.ImportSpec:
			path := w.text[w.at(spec.Path.Pos()):w.at(w.literalEnd(spec.Path))]
			w.pattern(start, w.literalEnd(spec.Path), "import", string(path[1:len(path)-1]))
		case *ast.TypeSpec:
			w.parameters(spec.TypeParams)
			w.pattern(start, w.end(spec), "type", spec.Name.Name)
		case *ast.ValueSpec:
			if outside {
				w.pattern(start, w.end(spec), decl.Tok.String(), spec.Names[0].Name)
			}
		}
	}
}

// end of a node, mended where it ends with a raw string whose value lacks carriage returns.
func (w *walker) end(node ast.Node) token.Pos {
	end := node.End()
	ast.Inspect(node, func(inner ast.Node) bool {
		if literal, ok := inner.(*ast.BasicLit); ok && literal.End() == end {
			end = w.literalEnd(literal)
		}
		return true
	})
	return end
}
