package dev.sluice.cli.chain;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.ProgramInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chain with what is known of its programs and their owners.
 *
 * @param device the device
 * @param direction {@code ingress} or {@code egress}
 * @param attachMode {@code TCX} or {@code TC}
 * @param revision how often the chain changed; null at the classic hook, which does not count
 * @param programs the programs in the order they run
 */
public record ChainListing(
    String device,
    String direction,
    String attachMode,
    @Nullable Long revision,
    List<Entry> programs) {
  /** Copies the entries. */
  public ChainListing {
    programs = List.copyOf(programs);
  }

  /**
   * A program in the chain.
   *
   * @param position its place, from 0
   * @param id its number
   * @param name its name; null where the caller may not know
   * @param tag its tag; null where the caller may not know
   * @param owner who can take it out: {@code sluice}, the processes that hold its link, {@code pin}
   *     for another's, {@code bare} for anybody, or {@code unknown}
   * @param link the number of its link; null without one
   * @param pins where its link is pinned
   * @param mine whether Sluice pinned its link
   * @param purpose what it is for, of one of Sluice's: what was said when it was attached, or
   *     {@code policy}; null if that is not known
   * @param preference its priority among classic filters; null in a TCX chain
   * @param handle its handle among classic filters; null in a TCX chain
   * @param runCount how often it ran; null where the kernel does not count
   * @param runNanoseconds how long it ran in all; null where the kernel does not count
   */
  public record Entry(
      int position,
      int id,
      @Nullable String name,
      @Nullable String tag,
      String owner,
      @Nullable Integer link,
      List<String> pins,
      boolean mine,
      @Nullable String purpose,
      @Nullable Integer preference,
      @Nullable String handle,
      @Nullable Long runCount,
      @Nullable Long runNanoseconds) {
    /** The name, or a stand-in for one that is not known or empty. */
    public String title() {
      return name == null || name.isEmpty() ? "id:" + id : name;
    }

    /** Reads {@code drop (id 12)}. */
    @Override
    public String toString() {
      return title() + " (id " + id + ")";
    }
  }

  /** Null where the caller may not look, or the program went meanwhile. */
  public static @Nullable ProgramInfo programInfo(Datapath datapath, int id) {
    try (var program = datapath.programs().open(id)) {
      return program.info();
    } catch (NotFound | NotPermitted e) {
      return null;
    }
  }

  /** The holders but for this process. */
  public static Holders foreignTo(Holders holders) {
    long self = ProcessHandle.current().pid();
    return new Holders(
        holders.processes().stream().filter(process -> process.pid() != self).toList(),
        holders.pins());
  }
}
