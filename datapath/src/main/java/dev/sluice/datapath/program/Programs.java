package dev.sluice.datapath.program;

import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.VerifierRejected;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A datapath's programs. */
public interface Programs {
  /**
   * Loads a program.
   *
   * @param spec the program
   * @param maps the maps that it names; may hold more
   * @throws VerifierRejected if the verifier refused it
   */
  Program load(ProgramSpec spec, Map<String, ? extends BpfMap> maps);

  /**
   * Makes the maps of an object and loads its programs. If one is refused, nothing of the object
   * stays.
   *
   * @throws VerifierRejected if the verifier refused a program
   */
  LoadedObject load(ObjectSpec spec);

  /** All programs that there are, in the order of their numbers. */
  List<ProgramInfo> list();

  /**
   * Opens a program by its number.
   *
   * @throws NotFound if there is none
   * @throws NotPermitted without {@code CAP_SYS_ADMIN}
   */
  Program open(int id);

  /**
   * Opens a pinned program.
   *
   * @throws NotFound if the path does not exist or is not a program
   */
  Program openPinned(Path path);

  /** Who holds a program: processes and pins, as far as the caller may see them. */
  Holders holders(int id);

  /**
   * Who holds each program, by its number, found in one look around: for listings of many. One that
   * nobody visible holds is missing.
   */
  Map<Integer, Holders> holders();

  /** Switches run counters on for every program until it is closed. */
  AutoCloseable enableStatistics();
}
