package dev.sluice.policy.address;

import dev.sluice.datapath.InvalidInput;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.ObjIntConsumer;

/** A text file line by line, without comments and blank lines. */
final class TextLines {
  private TextLines() {}

  /** Hands over each line with its number, from 1. */
  static void read(Path file, ObjIntConsumer<String> line) {
    // Bytes that are no ASCII may stand in comments, in any encoding.
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      int number = 0;
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        number++;
        int comment = text.indexOf('#');
        String content = (comment < 0 ? text : text.substring(0, comment)).strip();
        if (!content.isEmpty()) {
          line.accept(content, number);
        }
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static InvalidInput unreadable(Path file, IOException e) {
    String why =
        e instanceof NoSuchFileException ? "there is no such file" : String.valueOf(e.getMessage());
    InvalidInput invalid = new InvalidInput(file.toString(), 0, 0, "cannot be read: " + why);
    invalid.initCause(e);
    return invalid;
  }
}
