package dev.sluice.bpf;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code .bpfasm} files: eBPF assembly in the verifier's own notation, with labels, maps by
 * name and constants. {@code docs/bpfasm.md} describes the language.
 *
 * <p>It goes on after an error, so that one run shows them all (up to {@value #MAX_PROBLEMS}).
 */
public final class AssemblyParser {
  private static final int MAX_PROBLEMS = 100;

  /** Most characters of a line that messages and line information show. */
  private static final int MAX_LINE = 300;

  private final String fileName;
  private final String[] lines;
  private final List<AssemblyFault> faults = new ArrayList<>();
  private final List<Token> tokens;
  private final TokenReader reader;
  private final Map<String, BigInteger> constants = new HashMap<>();
  private final ExpressionParser expressions;
  private final TypeParser types;
  private final MapParser mapParser;
  private final Map<String, MapSpec> maps = new LinkedHashMap<>();
  private final Map<String, ProgramDraft> programs = new LinkedHashMap<>();
  private @Nullable ProgramDraft program;
  private @Nullable String license;

  private AssemblyParser(String fileName, String text) {
    this.fileName = fileName;
    lines = text.split("\n", -1);
    tokens = new AssemblyLexer(text, faults::add).tokens();
    reader = new TokenReader(tokens);
    Symbols.all().forEach((name, value) -> constants.put(name, BigInteger.valueOf(value)));
    expressions = new ExpressionParser(reader, constants);
    types = new TypeParser(reader, expressions);
    mapParser = new MapParser(reader, expressions, types);
  }

  /**
   * Reads a file.
   *
   * @param fileName what error messages and line information call it
   * @param text the whole file
   * @throws AssemblyException if it has errors; it lists them all
   */
  public static ObjectSpec parse(String fileName, CharSequence text) {
    return new AssemblyParser(fileName, text.toString()).parseFile();
  }

  private ObjectSpec parseFile() {
    while (!reader.atEndOfFile() && faults.size() < MAX_PROBLEMS) {
      try {
        statement();
      } catch (AssemblyFault fault) {
        faults.add(fault);
        reader.skipLine();
      }
    }
    List<ProgramSpec> specs = new ArrayList<>(programs.size());
    if (faults.isEmpty()) {
      for (ProgramDraft draft : programs.values()) {
        build(draft).ifPresent(specs::add);
      }
    }
    if (faults.isEmpty()) {
      return new ObjectSpec(specs, List.copyOf(maps.values()));
    }
    faults.sort(
        Comparator.comparingInt(AssemblyFault::line).thenComparingInt(AssemblyFault::column));
    throw new AssemblyException(faults.stream().limit(MAX_PROBLEMS).map(this::problem).toList());
  }

  private AssemblyProblem problem(AssemblyFault fault) {
    String line = AssemblyFault.clip(lines[fault.line() - 1].stripTrailing(), MAX_LINE);
    return new AssemblyProblem(fileName, fault.line(), fault.column(), fault.reason(), line);
  }

  private Optional<ProgramSpec> build(ProgramDraft draft) {
    try {
      return Optional.of(
          draft.build(license == null ? ProgramSpec.NO_LICENSE : license, maps.keySet()));
    } catch (AssemblyFault fault) {
      faults.add(fault);
      return Optional.empty();
    }
  }

  private void statement() {
    Token first = reader.peek();
    if (reader.atEndOfLine()) {
      reader.take();
    } else if (first.kind() == Token.Kind.WORD && first.text().startsWith(".")) {
      directive(reader.take());
      reader.expectEndOfLine();
    } else if (first.kind() == Token.Kind.WORD && reader.peekSecond().isSign(":")) {
      reader.take();
      reader.take();
      draft(first).bind(first);
    } else {
      skipListingPrefix();
      if (!reader.atEndOfLine()) {
        draft(first)
            .instruction(fileName, AssemblyFault.clip(lines[first.line() - 1].strip(), MAX_LINE));
        reader.expectEndOfLine();
      }
    }
  }

  /** Skips {@code 12: (b7)}, so that a dump of a program can be pasted. */
  private void skipListingPrefix() {
    if (reader.peek().kind() == Token.Kind.NUMBER && reader.peekSecond().isSign(":")) {
      reader.take();
      reader.take();
    }
    boolean opcode =
        reader.peek().isSign("(")
            && reader.peekSecond().text().length() == 2
            && !reader.peekSecond().text().startsWith("s");
    if (opcode) {
      reader.take();
      reader.take();
      reader.expectSign(")");
    }
  }

  private ProgramDraft draft(Token at) {
    if (program == null) {
      throw new AssemblyFault(
          at, "expected '.program NAME TYPE' before the first instruction, found " + at.describe());
    }
    return program;
  }

  private void directive(Token directive) {
    switch (directive.text()) {
      case ".program" -> program();
      case ".func" -> draft(directive).function(reader.expectAnyWord("the name of a function"));
      case ".map" -> map();
      case ".struct" -> types.parseDirective();
      case ".equ" -> constant();
      case ".license" -> license(directive);
      default ->
          throw new AssemblyFault(
              directive,
              "expected .program, .func, .map, .struct, .equ or .license, found "
                  + directive.describe());
    }
  }

  private void license(Token directive) {
    Token token = reader.peek();
    if (token.kind() != Token.Kind.STRING && token.kind() != Token.Kind.WORD) {
      throw reader.expected("a license, such as GPL or \"Dual MIT/GPL\"");
    }
    if (license != null) {
      throw new AssemblyFault(directive, "the file has a license already: " + license);
    }
    license = reader.take().text();
  }

  private void constant() {
    Token name = reader.expectAnyWord("the name of a constant");
    boolean reserved = RegisterWord.of(name).isPresent() || name.text().startsWith(".");
    if (reserved || Symbols.all().containsKey(name.text())) {
      throw new AssemblyFault(name, "the name '" + name.text() + "' is taken");
    }
    reader.takeSign("=");
    BigInteger value = expressions.parse();
    BigInteger previous = constants.putIfAbsent(name.text(), value);
    if (previous != null && !previous.equals(value)) {
      throw new AssemblyFault(name, "'" + name.text() + "' is " + previous + " already");
    }
  }

  private void map() {
    Token name = reader.peek();
    MapSpec map = mapParser.parse();
    if (maps.putIfAbsent(map.name(), map) != null) {
      throw new AssemblyFault(name, "two maps are named '" + map.name() + "'");
    }
  }

  private void program() {
    program = null;
    Token name = reader.expectAnyWord("the name of a program");
    Token typeName = reader.expectAnyWord("the type of a program, such as tcx or xdp");
    ProgramType type =
        ProgramType.find(typeName.text())
            .orElseThrow(
                () ->
                    new AssemblyFault(
                        typeName, "no program type is named '" + typeName.text() + "'"));
    AttachType attachType = AttachType.UNSPECIFIED;
    if (reader.peek().kind() == Token.Kind.WORD) {
      attachType = attachType(typeName, reader.take());
    }
    ProgramDraft draft = new ProgramDraft(name, type, attachType, reader, expressions, rest());
    program = draft;
    if (programs.putIfAbsent(name.text(), draft) != null) {
      throw new AssemblyFault(name, "two programs are named '" + name.text() + "'");
    }
  }

  /** The tokens from the next on, to look for labels in. */
  private List<Token> rest() {
    return tokens.subList(reader.position(), tokens.size());
  }

  /** The attach type with this name, or with the program's type and this name. */
  private static AttachType attachType(Token typeName, Token name) {
    String prefix = typeName.text().equals("cgroup_skb") ? "cgroup_inet" : typeName.text();
    return AttachType.find(name.text())
        .or(() -> AttachType.find(prefix + "_" + name.text()))
        .orElseThrow(
            () -> new AssemblyFault(name, "no attach type is named '" + name.text() + "'"));
  }
}
