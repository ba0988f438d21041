# What Crystal's own parser finds: reads paths from standard input and prints, for each, one line of JSON: the definitions
# as [start, end, kind] in bytes (the end of an abstract def is 0), or null where the parser rejects the file. Spans, levels and tags it does not give.
require "json"
require "compiler/crystal/syntax"

class Definitions < Crystal::Visitor
  getter found = [] of {Int32, Int32, String}

  def initialize(@source : String)
    @lines = [0]
    @source.each_byte.with_index { |byte, at| @lines << at + 1 if byte == 10 }
  end

  # The byte of a place, whose column counts characters.
  private def byte(place : Crystal::Location, after = 0)
    start = @lines[place.line_number - 1]
    reader = Char::Reader.new(@source, pos: start)
    (place.column_number - 1 + after).times { reader.next_char }
    reader.pos
  end

  private def add(node, kind)
    return unless (from = node.location) && (to = node.end_location)
    start = byte(from)
    end_byte = byte(to, 1)
    if @source.byte_slice(start, 9) == "abstract "
      start += 9
      # Its end stops short of the parameters there.
      end_byte = 0 if kind == "def"
    end
    @found << {start, end_byte, kind}
  end

  def visit(node : Crystal::ClassDef)
    add node, node.struct? ? "struct" : "class"
    true
  end

  def visit(node : Crystal::ModuleDef)
    add node, "module"
    true
  end

  def visit(node : Crystal::EnumDef)
    add node, "enum"
    true
  end

  def visit(node : Crystal::LibDef)
    add node, "lib"
    true
  end

  def visit(node : Crystal::CStructOrUnionDef)
    add node, "struct" unless node.union?
    true
  end

  def visit(node : Crystal::Def)
    add node, "def"
    true
  end

  # Its body is a def of the compiler's own.
  def visit(node : Crystal::ProcLiteral)
    node.def.body.accept(self)
    false
  end

  def visit(node : Crystal::Macro)
    add node, "macro"
    true
  end

  def visit(node : Crystal::ASTNode)
    true
  end
end

while path = gets
  source = File.read(path)
  begin
    visitor = Definitions.new(source)
    Crystal::Parser.parse(source).accept(visitor)
    puts visitor.found.sort.to_json
  rescue Crystal::SyntaxException | InvalidByteSequenceError | ArgumentError
    puts "null"
  end
  STDOUT.flush
end
