package dev.sluice.kernel.tc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests and replies as iproute2 and a kernel exchanged them, from the files of vectors. */
final class Vectors {
  private static final Pattern COMMAND = Pattern.compile("\"cmd\": \"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern HEX = Pattern.compile("\"([0-9a-f]*)\"");

  private Vectors() {}

  /**
   * One command.
   *
   * @param command its line
   * @param requests the messages that iproute2 sent
   * @param replies the messages that the kernel answered
   */
  record Vector(String command, List<ByteBuffer> requests, List<ByteBuffer> replies) {
    @Override
    public String toString() {
      return command;
    }
  }

  /** All commands of both files. */
  static List<Vector> all() {
    List<Vector> all = new ArrayList<>(of("tc-seed.json"));
    all.addAll(of("tc-more.json"));
    return all;
  }

  private static List<Vector> of(String file) {
    List<Vector> vectors = new ArrayList<>();
    String text = text(file);
    Matcher command = COMMAND.matcher(text);
    int end = text.length();
    List<Integer> starts = new ArrayList<>();
    List<String> commands = new ArrayList<>();
    while (command.find()) {
      starts.add(command.start());
      commands.add(command.group(1));
    }
    for (int i = 0; i < starts.size(); i++) {
      String part = text.substring(starts.get(i), i + 1 < starts.size() ? starts.get(i + 1) : end);
      vectors.add(
          new Vector(commands.get(i), messages(part, "request_hex"), messages(part, "reply_hex")));
    }
    return vectors;
  }

  private static List<ByteBuffer> messages(String part, String key) {
    int start = part.indexOf('[', part.indexOf("\"" + key + "\""));
    Matcher hex = HEX.matcher(part.substring(start, part.indexOf(']', start)));
    List<ByteBuffer> messages = new ArrayList<>();
    while (hex.find()) {
      byte[] bytes = HexFormat.of().parseHex(hex.group(1));
      messages.add(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }
    return messages;
  }

  private static String text(String file) {
    try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file)) {
      if (in == null) {
        throw new IllegalStateException("no such resource: " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
