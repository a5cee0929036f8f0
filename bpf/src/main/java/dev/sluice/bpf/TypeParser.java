package dev.sluice.bpf;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads the types of keys and values: {@code u32}, {@code be32}, {@code u8[4]}, {@code { prefixlen
 * u32, address u8[4] }}, {@code struct name { ... }} and {@code struct name} for one that was read
 * before.
 */
final class TypeParser {
  /** Deepest nesting of structs. */
  private static final int MAX_DEPTH = 20;

  private final TokenReader reader;
  private final ExpressionParser expressions;
  private final Map<String, TypeDescription.Struct> structs = new HashMap<>();
  private int depth;

  TypeParser(TokenReader reader, ExpressionParser expressions) {
    this.reader = reader;
    this.expressions = expressions;
  }

  /** Whether the next token starts a type, and not the number of its bytes. */
  boolean atType() {
    Token token = reader.peek();
    return token.isSign("{")
        || token.isWord("struct")
        || (token.kind() == Token.Kind.WORD && TypeText.SCALARS.containsKey(token.text()));
  }

  /** Reads a type. */
  TypeDescription parse() {
    Token first = reader.peek();
    TypeDescription type = parseElement();
    while (reader.takeSign("[")) {
      int count = (int) expressions.parse("the length of an array", 1, Integer.MAX_VALUE);
      reader.expectSign("]");
      TypeDescription element = type;
      type = checked(first, () -> new TypeDescription.Array(element, count));
    }
    return type;
  }

  private TypeDescription parseElement() {
    Token token = reader.peek();
    if (token.isSign("{")) {
      return fields("");
    }
    if (reader.takeWord("struct")) {
      return struct();
    }
    TypeDescription scalar =
        token.kind() == Token.Kind.WORD ? TypeText.SCALARS.get(token.text()) : null;
    if (scalar == null) {
      throw reader.expected(
          "a type: u8 to u64, s8 to s64, be16 to be64, char, bool, struct or '{'");
    }
    reader.take();
    return scalar;
  }

  private TypeDescription.Struct struct() {
    Token name = reader.expectAnyWord("the name of a struct");
    TypeDescription.Struct known = structs.get(name.text());
    if (!reader.peek().isSign("{")) {
      if (known == null) {
        throw new AssemblyFault(name, "no struct is named '" + name.text() + "' so far");
      }
      return known;
    }
    TypeDescription.Struct struct = fields(name.text());
    if (known != null && !known.equals(struct)) {
      throw new AssemblyFault(name, "struct '" + name.text() + "' was different before");
    }
    structs.put(name.text(), struct);
    return struct;
  }

  /** Reads the rest of a {@code .struct} directive. */
  void parseDirective() {
    struct();
  }

  private TypeDescription.Struct fields(String name) {
    Token brace = reader.peek();
    reader.expectSign("{");
    if (++depth > MAX_DEPTH) {
      depth = 0;
      throw new AssemblyFault(brace, "structs are nested more than " + MAX_DEPTH + " deep");
    }
    TypeDescription.StructBuilder builder = TypeDescription.Struct.named(name);
    while (!reader.takeSign("}")) {
      Token field = reader.expectAnyWord("the name of a field or '}'");
      TypeDescription type = parse();
      checked(field, () -> builder.field(field.text(), type));
      if (!reader.takeSign(",") && reader.peek().kind() != Token.Kind.WORD) {
        reader.expectSign("}");
        break;
      }
    }
    depth--;
    return checked(brace, builder::build);
  }

  /** What a constructor of the model refuses is a fault of the text. */
  private static <T> T checked(Token at, Supplier<T> construction) {
    try {
      return construction.get();
    } catch (IllegalArgumentException e) {
      throw new AssemblyFault(at, String.valueOf(e.getMessage()));
    } catch (ArithmeticException e) {
      throw new AssemblyFault(at, "this type takes more than 2147483647 bytes");
    }
  }
}
