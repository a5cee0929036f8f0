package dev.sluice.cli.simulation;

import dev.sluice.cli.map.MapSetting;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.packet.capture.CaptureReader;
import dev.sluice.policy.document.PolicyDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be simulated.
 *
 * @param commands a batch of tc commands; null for none
 * @param policies policies to put in place
 * @param programs programs to attach, in order, behind those of policies
 * @param settings entries for the programs' maps
 * @param traffic what is sent; exactly one of its parts is there
 * @param seed what all chance follows from
 * @param written where packets that left are written; null for nowhere
 */
public record Setup(
    @Nullable Batch commands,
    List<PolicyDocument> policies,
    List<TcxProgram> programs,
    List<MapSetting> settings,
    Traffic traffic,
    long seed,
    @Nullable Path written) {
  /** Copies the lists. */
  public Setup {
    policies = List.copyOf(policies);
    programs = List.copyOf(programs);
    settings = List.copyOf(settings);
  }

  /**
   * Lines of tc's grammar.
   *
   * @param name what errors call them
   * @param text the lines
   * @param force whether lines behind one that fails are run
   */
  public record Batch(String name, String text, boolean force) {}

  /** What is sent. */
  public sealed interface Traffic {}

  /**
   * Flows that a file describes.
   *
   * @param plan the flows
   */
  record Described(TrafficPlan plan) implements Traffic {}

  /**
   * A capture.
   *
   * @param name what errors call it
   * @param capture opens the capture
   * @param direction whether its packets leave by the device or arrive at it
   * @param speed how many times as fast as it was captured; infinite for as fast as possible
   * @param wire the wire behind the device
   */
  public record Captured(
      String name, CaptureOpener capture, Direction direction, double speed, WireSpec wire)
      implements Traffic {}

  /** Opens a capture. */
  @FunctionalInterface
  public interface CaptureOpener {
    /** A reader at the capture's beginning. */
    CaptureReader open() throws IOException;
  }
}
