package dev.sluice.policy.plan;

import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.policy.spec.OwnProgram;
import dev.sluice.policy.spec.OwnProgram.IfImpossible;
import dev.sluice.policy.spec.Way;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A program of the user's own, at one of the hooks where it is to be.
 *
 * @param policy whose program it is
 * @param pointer where it stands in the policy
 * @param program what the policy says of it
 * @param seat where it is to be
 */
record OwnSeat(PolicySource policy, String pointer, OwnProgram program, Seat seat) {
  private static final int SHOWN = 32;
  private static final int HASH = 8;

  /** All seats of a policy's own programs. */
  static List<OwnSeat> of(PolicySource policy, Bindings bindings) {
    List<OwnSeat> seats = new ArrayList<>();
    List<OwnProgram> programs = policy.document().policy().spec().programs();
    for (int i = 0; i < programs.size(); i++) {
      OwnProgram program = programs.get(i);
      String at = "/spec/programs/" + i;
      if ((program.file() == null) == (program.pin() == null)) {
        throw policy.document().invalid(at, "expected one of file and pin");
      }
      boolean ofDevice = program.device() != null;
      boolean leaving = ofDevice == (program.way() == Way.UPLOAD);
      for (Device device : bindings.chosen(policy, at, program.device(), program.workload())) {
        Seat seat =
            new Seat(
                device.index(),
                leaving ? Direction.EGRESS : Direction.INGRESS,
                role(policy.name(), program.name()));
        if (seats.stream().anyMatch(other -> other.seat.equals(seat))) {
          throw policy
              .document()
              .invalid(at + "/name", "there is a program " + program.name() + " already");
        }
        seats.add(new OwnSeat(policy, at, program, seat));
      }
    }
    return seats;
  }

  /** Readable, without what a pin's name cannot hold, and unlike that of any other program. */
  private static String role(String policy, String name) {
    String readable = name.replaceAll("[^A-Za-z0-9_]", "_");
    String shown = readable.substring(0, Math.min(SHOWN, readable.length()));
    return Seat.OWN + shown + "-" + digest(policy + "\n" + name).substring(0, HASH);
  }

  ChainOrder order() {
    return new ChainOrder(program.before(), program.after());
  }

  /** What to do if the order cannot be had. */
  IfImpossible ifImpossible() {
    return program.ifImpossible() == null ? IfImpossible.FAIL : program.ifImpossible();
  }

  /** The program's file; null if it is a pin. */
  @Nullable Path file() {
    return program.file() == null ? null : policy.folder().resolve(program.file());
  }

  /** The pin, where there is no file. */
  Path pin() {
    return Path.of(String.valueOf(program.pin()));
  }

  /**
   * What tells one version of its file from another.
   *
   * @throws IOException if it cannot be read
   */
  String version() throws IOException {
    Path file = file();
    String bytes = file == null ? "" : HexFormat.of().formatHex(Files.readAllBytes(file));
    return digest(
        String.join(
            "\n",
            bytes,
            String.valueOf(program.pin()),
            String.valueOf(program.program()),
            new TreeMap<>(program.constants()).toString()));
  }

  private static String digest(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has it
    }
  }

  /**
   * What is to be told where the order cannot be had.
   *
   * @param where the place, for people
   */
  String told(String where, String clash) {
    return title()
        + " at "
        + where
        + ": "
        + clash
        + switch (ifImpossible()) {
          case FAIL -> "";
          case SKIP -> "; it is left out, as it says";
          case LAST -> "; it goes last, as it says";
        };
  }

  /** Reads {@code program count of policy web}. */
  String title() {
    return "program " + program.name() + " of policy " + policy.name();
  }
}
