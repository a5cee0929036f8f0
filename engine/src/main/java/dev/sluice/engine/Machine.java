package dev.sluice.engine;

import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.Holders;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.object.ObjectTable;
import dev.sluice.engine.object.PinTable;
import dev.sluice.engine.vm.MapSlots;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An imaginary machine: its clock, its dice, and the programs, maps and links on it. Its hosts and
 * wires are a {@code Network}.
 *
 * <p>The machine's monitor guards everything on it: whoever changes it or runs a program holds it,
 * so one thing happens at a time, in an order that a seed repeats.
 */
public final class Machine {
  /** Processors of the machine: per-CPU maps have so many values. */
  public static final int PROCESSORS = 1;

  private final Clock clock;
  private final SplittableRandom random;
  private final PinTable pins = new PinTable();
  private final ObjectTable programs = new ObjectTable("program");
  private final ObjectTable maps = new ObjectTable("map");
  private final ObjectTable links = new ObjectTable("link");
  private final MapSlots mapSlots = new MapSlots();
  private final List<byte[]> btf = new ArrayList<>();
  private int statisticsUsers;

  /**
   * A machine with nothing on it.
   *
   * @param clock what programs and qdiscs are told when they ask for the time
   * @param seed what all chance follows from
   */
  public Machine(Clock clock, long seed) {
    this.clock = clock;
    random = new SplittableRandom(seed);
  }

  /** The time. */
  public Clock clock() {
    return clock;
  }

  /** The next random number of the machine, any 32 bits. */
  public int nextRandom() {
    return random.nextInt();
  }

  /** Paths under which objects are kept. */
  public PinTable pins() {
    return pins;
  }

  /** The programs. */
  public ObjectTable programs() {
    return programs;
  }

  /** The maps. */
  public ObjectTable maps() {
    return maps;
  }

  /** The maps that addresses in programs can name. */
  public MapSlots mapSlots() {
    return mapSlots;
  }

  /** The links. */
  public ObjectTable links() {
    return links;
  }

  /** Keeps type information; the number that it is found by. */
  public int addBtf(byte[] blob) {
    btf.add(blob.clone());
    return btf.size();
  }

  /**
   * Type information.
   *
   * @throws NotFound if there is none with this number
   */
  public byte[] btf(int id) {
    if (id < 1 || id > btf.size()) {
      throw new NotFound("BTF", Integer.toString(id));
    }
    return btf.get(id - 1).clone();
  }

  /** Who keeps an object: this process, where a handle is open, and pins. */
  public Holders holdersOf(EngineObject object) {
    List<Path> paths = pins.pathsOf(object);
    ProcessHandle self = ProcessHandle.current();
    return new Holders(
        object.users() > paths.size()
            ? List.of(new Holders.Process(self.pid(), "java"))
            : List.of(),
        paths);
  }

  /** Counts and times the runs of programs from now on, until as many have stopped it. */
  public void startStatistics() {
    statisticsUsers++;
  }

  /** Ends what {@link #startStatistics} began. */
  public void stopStatistics() {
    statisticsUsers--;
  }

  /** Whether runs of programs are counted. */
  public boolean countsRuns() {
    return statisticsUsers > 0;
  }
}
