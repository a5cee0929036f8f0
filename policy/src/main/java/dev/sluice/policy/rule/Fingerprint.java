package dev.sluice.policy.rule;

import dev.sluice.compiler.program.Table;
import dev.sluice.policy.program.PolicyProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * What tells rules from others: the same for the same tables and the same program, in whatever
 * process.
 */
final class Fingerprint {
  private final MessageDigest digest;

  private Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has it
    }
  }

  static String of(RuleTables tables) {
    Fingerprint fingerprint = new Fingerprint();
    PolicyProgram.parts().forEach(fingerprint::add);
    ByteBuffer prefix = ByteBuffer.allocate(24);
    tables
        .identities
        .prefixes()
        .forEach(
            (block, identity) ->
                fingerprint.digest.update(
                    prefix
                        .clear()
                        .putInt(block.six() ? 1 : 0)
                        .putLong(block.high())
                        .putLong(block.low())
                        .putInt(block.length() << 24 ^ identity)
                        .flip()));
    tables.visit(
        new RuleTables.Visitor() {
          @Override
          public <K, V> void visit(String name, Table<K, V> table, Map<K, V> entries) {
            fingerprint.add(name, table, entries);
          }
        });
    tables.names.forEach((number, name) -> fingerprint.add(number + " " + name + "\n"));
    return HexFormat.of().formatHex(fingerprint.digest.digest());
  }

  private void add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private <K, V> void add(String name, Table<K, V> table, Map<K, V> entries) {
    add(name);
    entries.forEach(
        (key, value) -> {
          digest.update(table.keys().write(key));
          digest.update(table.values().write(value));
        });
  }

  /** A class of the program. */
  private void add(Class<?> part) {
    String file = part.getName().substring(part.getPackageName().length() + 1) + ".class";
    try (InputStream in = part.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing");
      }
      digest.update(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
