package dev.sluice.bpf;

import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the rest of a {@code .map} directive. */
final class MapParser {
  private final TokenReader reader;
  private final ExpressionParser expressions;
  private final TypeParser types;

  MapParser(TokenReader reader, ExpressionParser expressions, TypeParser types) {
    this.reader = reader;
    this.expressions = expressions;
    this.types = types;
  }

  /** Reads {@code NAME TYPE key ... value ... entries ...}. */
  MapSpec parse() {
    Token name = reader.expectAnyWord("the name of a map");
    return parseAs(name, true);
  }

  /** What the clauses of a map say. */
  private static final class Clauses {
    int keySize = -1;
    int valueSize = -1;
    int entries;
    boolean pinned;
    final Set<MapFlag> flags = EnumSet.noneOf(MapFlag.class);
    @Nullable TypeDescription keyType;
    @Nullable TypeDescription valueType;
    @Nullable MapSpec inner;
    @Nullable MapContents contents;
  }

  private MapSpec parseAs(Token name, boolean mayHoldMaps) {
    Token typeName = reader.expectAnyWord("the type of a map, such as hash or lpm_trie");
    MapType type =
        MapType.find(typeName.text())
            .orElseThrow(
                () ->
                    new AssemblyFault(typeName, "no map type is named '" + typeName.text() + "'"));
    Clauses clauses = new Clauses();
    while (reader.peek().kind() == Token.Kind.WORD) {
      clause(name, clauses, mayHoldMaps);
    }
    try {
      return new MapSpec(
          name.text(),
          type,
          clauses.keySize < 0 ? defaultKeySize(type) : clauses.keySize,
          clauses.valueSize < 0 ? defaultValueSize(type) : clauses.valueSize,
          clauses.entries,
          clauses.flags,
          clauses.keyType,
          clauses.valueType,
          clauses.inner,
          clauses.pinned ? Pinning.BY_NAME : Pinning.NONE,
          clauses.contents,
          Map.of());
    } catch (IllegalArgumentException e) {
      throw new AssemblyFault(name, String.valueOf(e.getMessage()));
    }
  }

  /** Types whose keys can only have one size need not say it. */
  private static int defaultKeySize(MapType type) {
    return switch (type) {
      case ARRAY,
          PERCPU_ARRAY,
          PROG_ARRAY,
          PERF_EVENT_ARRAY,
          CGROUP_ARRAY,
          ARRAY_OF_MAPS,
          DEVMAP,
          CPUMAP,
          XSKMAP,
          SOCKMAP,
          SK_STORAGE,
          TASK_STORAGE,
          INODE_STORAGE,
          CGRP_STORAGE ->
          4;
      default -> 0;
    };
  }

  private static int defaultValueSize(MapType type) {
    return switch (type) {
      case PROG_ARRAY, PERF_EVENT_ARRAY, CGROUP_ARRAY, ARRAY_OF_MAPS, HASH_OF_MAPS -> 4;
      default -> 0;
    };
  }

  private void clause(Token name, Clauses clauses, boolean mayHoldMaps) {
    Token word = reader.take();
    switch (word.text()) {
      case "key" -> {
        if (types.atType()) {
          clauses.keyType = types.parse();
          clauses.keySize = clauses.keyType.size();
        } else {
          clauses.keySize = (int) expressions.parse("a key size", 0, Integer.MAX_VALUE);
        }
      }
      case "value" -> {
        if (types.atType()) {
          clauses.valueType = types.parse();
          clauses.valueSize = clauses.valueType.size();
        } else {
          clauses.valueSize = (int) expressions.parse("a value size", 0, Integer.MAX_VALUE);
        }
      }
      case "entries" ->
          clauses.entries = (int) expressions.parse("the number of entries", 0, Integer.MAX_VALUE);
      case "flags" -> flags(clauses);
      case "pin" -> clauses.pinned = true;
      case "contents" -> clauses.contents = contents();
      case "inner" -> {
        if (!mayHoldMaps) {
          throw new AssemblyFault(word, "an inner map can't hold maps itself");
        }
        reader.expectSign("{");
        clauses.inner = parseAs(name, false);
        reader.expectSign("}");
      }
      default -> {
        Optional<MapFlag> flag = MapFlag.find(word.text());
        if (flag.isEmpty()) {
          throw new AssemblyFault(
              word,
              "expected key, value, entries, flags, pin, contents, inner or a flag such as"
                  + " no_prealloc, found "
                  + word.describe());
        }
        clauses.flags.add(flag.get());
      }
    }
  }

  /** Reads {@code "00ff"}. */
  private MapContents contents() {
    Token digits = reader.take();
    try {
      if (digits.kind() == Token.Kind.STRING) {
        return MapContents.ofHex(digits.text());
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new AssemblyFault(
        digits,
        "expected bytes as hexadecimal digits in quotes, such as \"00ff\", found "
            + digits.describe());
  }

  /** Reads {@code no_prealloc | rdonly_prog} or the number of the flags. */
  private void flags(Clauses clauses) {
    if (reader.peek().kind() == Token.Kind.NUMBER) {
      Token token = reader.peek();
      int mask = (int) expressions.parse("flags", 0, 0xffffffffL);
      Set<MapFlag> known = MapFlag.ofMask(mask);
      if (MapFlag.mask(known) != mask) {
        throw new AssemblyFault(token, "flags 0x%x have bits that no flag has".formatted(mask));
      }
      clauses.flags.addAll(known);
      return;
    }
    do {
      Token token = reader.expectAnyWord("the name of a flag, such as no_prealloc");
      clauses.flags.add(
          MapFlag.find(token.text())
              .orElseThrow(
                  () ->
                      new AssemblyFault(
                          token, "no flag of a map is named '" + token.text() + "'")));
    } while (reader.takeSign("|") || reader.takeSign(","));
  }
}
