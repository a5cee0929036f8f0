package dev.sluice.bpf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A program of an assembly file while it is read. */
final class ProgramDraft {
  private final Token name;
  private final ProgramType type;
  private final AttachType attachType;
  private final TokenReader reader;
  private final CodeBuilder code = CodeBuilder.create();
  private final ProgramLabels labels;
  private final InstructionParser instructions;

  /** Where each instruction starts. */
  private final List<Token> starts = new ArrayList<>();

  /** Where each map is named first. */
  private final Map<String, Token> mapUses = new LinkedHashMap<>();

  /**
   * @param name the token in the directive, for faults of the whole program
   * @param rest the tokens that may hold its labels
   */
  ProgramDraft(
      Token name,
      ProgramType type,
      AttachType attachType,
      TokenReader reader,
      ExpressionParser expressions,
      List<Token> rest) {
    this.name = name;
    this.type = type;
    this.attachType = attachType;
    this.reader = reader;
    labels = new ProgramLabels(rest, code);
    instructions = new InstructionParser(reader, expressions, labels, code);
  }

  /** Puts a label before the next instruction. */
  void bind(Token label) {
    boolean reserved = RegisterWord.of(label).isPresent() || label.text().equals("pc");
    if (reserved) {
      throw new AssemblyFault(label, "a label can't be named '" + label.text() + "'");
    }
    bind(label, false);
  }

  /** Starts a function. */
  void function(Token function) {
    if (!Identifier.isValid(function.text())) {
      throw new AssemblyFault(
          function, "a function's name must be a C identifier, found " + function.describe());
    }
    bind(function, true);
  }

  private void bind(Token token, boolean function) {
    Label label = labels.find(token.text()).orElseThrow();
    if (label.isBound() || label.isFunction() != function) {
      throw new AssemblyFault(token, "two places in the program are named '" + token.text() + "'");
    }
    try {
      code.bind(label);
    } catch (IllegalArgumentException e) {
      throw new AssemblyFault(token, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads an instruction.
   *
   * @param text the line it is on
   */
  void instruction(String file, String text) {
    Token first = reader.peek();
    int column = Math.min(first.column(), SourceLine.MAX_COLUMN);
    int from = reader.position();
    code.line(file, first.line(), column, text);
    instructions.parse();
    starts.add(first);
    noteMaps(from);
  }

  private void noteMaps(int from) {
    for (int i = from; i + 2 < reader.position(); i++) {
      Token token = reader.tokenAt(i);
      if ((token.isWord("map") || token.isWord("map_value")) && reader.tokenAt(i + 1).isSign("[")) {
        Token map = reader.tokenAt(i + 2);
        mapUses.putIfAbsent(map.text(), map);
      }
    }
  }

  /**
   * The whole program.
   *
   * @param maps the maps of the file
   */
  ProgramSpec build(String license, Set<String> maps) {
    try {
      ProgramSpec spec = new ProgramSpec(name.text(), type, attachType, license, code.build());
      for (String map : spec.mapNames()) {
        if (!maps.contains(map)) {
          throw new AssemblyFault(mapUses.getOrDefault(map, name), "no map is named '" + map + "'");
        }
      }
      return spec;
    } catch (UnresolvedLabelException e) {
      throw new AssemblyFault(starts.get(e.item()), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new AssemblyFault(name, String.valueOf(e.getMessage()));
    }
  }
}
