# What Crystal's own parser finds: reads paths from standard input and prints, for each, one line of JSON: structurals,
# spans, patterns and levels as docs/languages.md and the scanner's tests name them, or null where the parser rejects the file.
#
# The parser drives the lexer (it decides what is a regex, text of a macro, the body of a heredoc), so both are reopened
# here: each token is recorded with its bytes while the parser asks for it, and each construct when its method returns.
require "json"
require "compiler/crystal/syntax"

# What was recorded: tokens in the order of their bytes. Where the parser goes back, what it had read is dropped.
class Record
  # Kinds: :code, :blank, :open (a literal's first piece), :piece, :interpolation (a piece that ends with `#{`), :close,
  # :heredoc_start, :heredoc_body (nothing but the place), :char, :symbol, :array, :array_text, :array_end, :text, :tag
  # (in a macro's text), :tag_end, :comment.
  record Event, start : Int32, finish : Int32, kind : Symbol, delimiter : Crystal::Token::DelimiterKind?,
    word : String?, in_heredoc : Bool

  getter events = [] of Event
  getter definitions = [] of {Int32, Int32, String, String?}
  getter levels = [] of {Int32, Int32}
  # Where a label's colon stands.
  getter labels = Set(Int32).new
  property in_heredoc = false

  def add(start, finish, kind, delimiter = nil, word = nil)
    while (last = @events.last?) && last.start >= start
      break if last.kind == :heredoc_body && last.start == start
      @events.pop
    end
    @events << Event.new(start, finish, kind, delimiter, word, @in_heredoc)
  end

  # The last token before `place` that is no blank and, in code around heredocs, not in the body of one.
  def last_before(place)
    @events.reverse_each do |event|
      next if event.start >= place || event.kind.in?(:blank, :comment)
      return event if @in_heredoc || !event.in_heredoc
    end
    raise "nothing before #{place}"
  end
end

class Crystal::Token
  property byte_start = 0

  def copy_from(other)
    previous_def
    @byte_start = other.byte_start
  end
end

class Crystal::Lexer
  getter seen = Record.new
  @text_start = 0
  @token_start = 0

  def skip_comment
    start = @token_start
    previous_def
    finish = current_pos
    finish -= 1 if current_char == '\n' && string.byte_at(finish - 1) == 13
    @seen.add start, finish, :comment
    @token_start = current_pos
  end

  def next_token
    @token_start = current_pos
    token = previous_def
    start = @token_start
    token.byte_start = start
    kind = case token.type
           when .space?, .newline?, .op_semicolon?, .eof? then :blank
           when .delimiter_start?
             token.delimiter_state.kind.heredoc? ? :heredoc_start : :open
           when .string_array_start?, .symbol_array_start? then :array
           when .char?                                     then :char
           when .symbol?
             string.byte_at(start + 1) == 34 ? :symbol : :code
           when .op_percent_rcurly?                    then :tag_end
           when .op_lcurly_lcurly?, .op_lcurly_percent? then :tag
           else                                             :code
           end
    word = token.keyword?(:end) ? "end" : (token.keyword?(:do) ? "do" : nil)
    delimiter = nil
    if kind == :open || kind == :heredoc_start
      delimiter = token.delimiter_state.kind
      word = token.delimiter_state.end.to_s
    elsif kind == :array
      delimiter = token.delimiter_state.kind
    end
    finish = current_pos
    # The lexer takes the first half of the line break along.
    finish -= 1 if kind == :heredoc_start && string.byte_at(finish - 1) == 13
    @seen.add start, finish, kind, delimiter, word
    token
  end

  def next_string_token(delimiter_state)
    start = current_pos
    token = previous_def
    finish = current_pos
    kind = case token.type
           when .delimiter_end?       then :close
           when .interpolation_start? then :interpolation
           else                            :piece
           end
    finish -= 1 if kind == :close && delimiter_state.kind.heredoc? && string.byte_at(finish - 1) == 13
    @seen.add start, finish, kind, delimiter_state.kind
    token.byte_start = start
    token
  end

  def next_string_array_token
    start = current_pos
    token = previous_def
    @seen.add start, current_pos, token.type.string_array_end? ? :array_end : :array_text
    token.byte_start = start
    token
  end

  def skip_macro_whitespace
    skipped = previous_def
    @text_start = current_pos
    skipped
  end

  def next_macro_token(macro_state, skip_whitespace)
    @text_start = current_pos
    token = previous_def
    finish = current_pos
    token.byte_start = @text_start
    case token.type
    when .macro_literal?, .macro_var?
      @seen.add @text_start, finish, :text
    when .macro_expression_start?, .macro_control_start?
      @seen.add finish - 2, finish, :tag
    when .macro_end?
      token.byte_start = finish - 3
      @seen.add finish - 3, finish, :code, word: "end"
    end
    token
  end
end

class Crystal::Parser
  @heredoc_starts = Deque(Int32).new
  @proc_keywords = [] of Record::Event

  # The `end` that the parser has just gone beyond.
  private def last_end
    event = @seen.last_before(@token.byte_start)
    raise "no end before #{@token.byte_start}" unless event.word == "end"
    event
  end

  private def level(start)
    close = last_end
    @seen.levels << {start, close.start}
    close.finish
  end

  private def define(start, kind, name)
    @seen.definitions << {start, level(start), kind, name}
  end

  # The text of the name behind the keyword or sign at `start`, as it is written: the parser keeps neither the white space
  # nor the comments between its `n` tokens. Behind a `def` the parser reads over one token without a look.
  private def written(start, n, is_def = false)
    events = @seen.events
    first = events.bsearch_index { |event| event.start > start } || raise "no name behind #{start}"
    tokens = events.each.skip(first).reject(&.kind.==(:comment))
    tokens = tokens.skip(1) if is_def
    tokens = tokens.reject(&.kind.==(:blank)).first(n).to_a
    String.new(string.to_slice[tokens[0].start...tokens[-1].finish])
  end

  # Tokens of a path.
  private def size(path : Path)
    2 * path.names.size - 1 + (path.global? ? 1 : 0)
  end

  {% for name in %w(parse_unless parse_while parse_until parse_begin parse_case parse_select parse_annotation_def) %}
    def {{name.id}}
      start = @token.byte_start
      node = previous_def
      level start
      node
    end
  {% end %}

  # `elsif` comes here too, without an end of its own.
  def parse_if(check_end = true)
    start = @token.byte_start
    node = previous_def
    level start if check_end
    node
  end

  def parse_block(block, stop_on_do = false)
    start = @token.byte_start
    is_do = @token.keyword?(:do) && !stop_on_do
    node = previous_def
    level start if is_do
    node
  end

  # Called behind the `do` or `{` of a proc literal.
  def check_not_pipe_before_proc_literal_body
    @proc_keywords << @seen.last_before(@token.byte_start)
    previous_def
  end

  def parse_fun_literal
    depth = @proc_keywords.size
    node = previous_def
    if @proc_keywords.size > depth
      keyword = @proc_keywords.pop
      level keyword.start if keyword.word == "do"
    end
    node
  end

  def parse_class_def(is_abstract = false, is_struct = false, doc = nil)
    start = @token.byte_start
    node = previous_def
    define start, is_struct ? "struct" : "class", written(start, size(node.name))
    node
  end

  def parse_module_def
    start = @token.byte_start
    node = previous_def
    define start, "module", written(start, size(node.name))
    node
  end

  def parse_enum_def
    start = @token.byte_start
    node = previous_def
    define start, "enum", written(start, size(node.name))
    node
  end

  def parse_lib
    start = @token.byte_start
    node = previous_def
    define start, "lib", node.name
    node
  end

  def parse_c_struct_or_union(union : Bool)
    start = @token.byte_start
    node = previous_def
    union ? level(start) : define(start, "struct", node.name)
    node
  end

  def parse_fun_def(top_level, require_body = false)
    start = @token.byte_start
    node = previous_def
    level start if require_body
    node
  end

  def parse_macro
    start = @token.byte_start
    node = previous_def
    define start, "macro", node.name
    node
  end

  def parse_def(is_abstract = false, is_macro_def = false, doc = nil)
    start = @token.byte_start
    node = previous_def
    receiver = node.receiver
    size = receiver.is_a?(Path) ? size(receiver) + 2 : (receiver ? 3 : 1)
    # The `=` of a setter is a token of its own.
    size += 1 if node.name.ends_with?('=') && node.name[0].in_set?("^=!<>[")
    name = written(start, size, is_def: true)
    if is_abstract
      finish = @seen.last_before(@token.byte_start).finish
      @seen.definitions << {start, finish, "def", name}
    else
      define start, "def", name
    end
    node
  end

  def parse_annotation
    start = @token.byte_start
    node = previous_def
    finish = @seen.last_before(@token.byte_start).finish
    @seen.definitions << {start, finish, "annotation", written(start, size(node.path))}
    node
  end

  # A colon right behind a string, where the parser takes the string for a name.
  private def label
    before = @seen.last_before(@token.byte_start)
    if @token.type.op_colon? && before.kind == :close && before.finish == @token.byte_start
      @seen.labels << before.finish
    end
  end

  def parse_string_without_interpolation(context, want_skip_space = true)
    value = previous_def
    label if context.in?("named argument", "named tuple name")
    value
  end

  def parse_named_args(location, first_name = nil, allow_newline = false)
    label if first_name
    previous_def
  end

  def parse_named_tuple(location, first_key)
    label
    previous_def
  end

  def parse_delimiter(want_skip_space = true)
    if @token.type.delimiter_start? && @token.delimiter_state.kind.heredoc?
      @heredoc_starts << @token.byte_start
    end
    previous_def
  end

  def consume_heredocs
    @seen.in_heredoc = true
    previous_def
    @seen.in_heredoc = false
  end

  def consume_heredoc(delimiter_state, node)
    start = @heredoc_starts.shift
    name = delimiter_state.end.to_s
    @seen.add current_pos, current_pos, :heredoc_body
    previous_def
    closing = @seen.events.reverse_each.find! { |e| e.kind == :close && e.delimiter.try(&.heredoc?) }
    @seen.definitions << {start, closing.finish, "heredoc", name}
  end

  def consume_regex_options
    start = current_pos
    options = previous_def
    @seen.add start, current_pos, :piece, Token::DelimiterKind::REGEX if current_pos > start
    options
  end

  def check_macro_expression_end
    previous_def
    @seen.add current_pos - 1, current_pos, :tag_end
  end

  # `%name{...}` is text, whatever stands in it.
  def parse_macro_var_exps
    start = current_pos
    exps = previous_def
    @seen.add start, current_pos, :text
    exps
  end
end

# An answer, made of what was recorded.
class Answer
  alias Span = {Int32, Int32, String}

  def initialize(@source : String, @seen : Record)
    @spans = [] of Span
    @patterns = [] of {Int32, Int32, String, String?}
    @interpolations = [] of Int32
    @tags = [] of Int32
    # Where each literal that is open began, the innermost last.
    @literals = [] of Int32
  end

  private def span(start, finish, kind)
    return if start == finish
    @spans << {start, finish, kind}
  end

  # Adds to the span before, which ends where this begins.
  private def grow(finish)
    start, _, kind = @spans.pop
    @spans << {start, finish, kind}
  end

  private def kind(event)
    event.delimiter.to_s.downcase
  end

  private def literal(event, before)
    kind = kind(event)
    if before.kind == :code
      # Behind the brace that ends an interpolation.
      start = @interpolations.pop
      @patterns << {start, event.start, "interpolation", nil.as(String?)}
      span event.start - 1, event.finish, kind
    elsif before.kind == :heredoc_body
      span event.start, event.finish, kind
    else
      grow event.finish
    end
    case event.kind
    when :interpolation
      @interpolations << event.finish - 2
    when :close
      if kind != "heredoc"
        start = @literals.pop
        grow event.finish + 1 if @seen.labels.includes?(event.finish)
        @patterns << {start, event.finish, "regex", nil.as(String?)} if kind == "regex"
      end
    end
  end

  private def read(event, before)
    start, finish = event.start, event.finish
    case event.kind
    when :comment       then span start, finish, "comment"
    when :char          then span start, finish, "char"
    when :symbol        then span start, finish, "symbol"
    when :heredoc_start then span start, finish, "heredoc_start"
    when :array
      span start, finish, event.delimiter.not_nil!.symbol_array? ? "symbols" : "words"
    when :array_text, :array_end then grow finish
    when :text
      if (last = @spans.last?) && last[1] == start && last[2] == "macro_text"
        grow finish
      else
        span start, finish, "macro_text"
      end
    when :tag     then @tags << start
    when :tag_end then @patterns << {@tags.pop, finish, "macro", nil.as(String?)}
    when :open
      @literals << start
      span start, finish, kind(event)
    when :piece, :interpolation, :close
      if before && before.kind == :close && event.delimiter.try(&.regex?)
        # Flags.
        grow finish
        pattern = @patterns.pop
        @patterns << {pattern[0], finish, pattern[2], pattern[3]}
      else
        literal event, before.not_nil!
      end
    end
  end

  # Bytes of the set that lie in no span.
  private def structurals
    found = [] of Int32
    spans = @spans.each
    span = spans.next
    at = 0
    while at < @source.bytesize
      if span.is_a?(Span) && at >= span[0]
        at = span[1]
        span = spans.next
        next
      end
      found << at if @source.byte_at(at).unsafe_chr.in?('(', ')', '[', ']', '{', '}')
      at += 1
    end
    found
  end

  def to_json(json : JSON::Builder)
    before = nil
    @seen.events.each do |event|
      read event, before
      before = event
    end
    structurals = structurals()
    open = [] of Int32
    levels = [] of {Int32, Int32}
    structurals.each do |at|
      if @source.byte_at(at).unsafe_chr.in?('(', '[', '{')
        open << at
      else
        start = open.pop?
        levels << {start, at} if start
      end
    end
    # In tags nothing but brackets counts, in text nothing at all.
    tags = @patterns.select { |pattern| pattern[2] == "macro" }
    texts = @spans.select { |span| span[2] == "macro_text" }
    hidden = Bytes.new(@source.bytesize)
    tags.each { |tag| hidden[tag[0], tag[1] - tag[0]].fill(1) }
    texts.each { |text| hidden[text[0], text[1] - text[0]].fill(2) }
    levels.concat @seen.levels.reject { |level| hidden[level[0]] > 0 }
    shown = @seen.definitions.reject do |pattern|
      hidden[pattern[0]] == 2 || hidden[pattern[0]] == 1 && !pattern[2].in?("heredoc", "annotation")
    end
    json.object do
      json.field "structural", structurals
      json.field "spans", @spans
      json.field "patterns", (@patterns + shown).sort_by { |p| {p[0], -p[1], p[2]} }
      json.field "levels", levels.sort
    end
  end
end

while path = gets
  source = File.read(path)
  begin
    parser = Crystal::Parser.new(source)
    parser.parse
    puts Answer.new(source, parser.seen).to_json
  rescue error : Crystal::SyntaxException | InvalidByteSequenceError | ArgumentError
    STDERR.puts error.message if ENV["WARP_TUI_REASONS"]?
    puts "null"
  end
  STDOUT.flush
end
