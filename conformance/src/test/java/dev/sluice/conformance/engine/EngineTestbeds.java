package dev.sluice.conformance.engine;

import dev.sluice.conformance.testbed.Testbed;
import dev.sluice.conformance.testbed.TestbedProvider;
import dev.sluice.datapath.Capabilities;
import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Feature;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.vm.ExecutionMode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes testbeds in the engine. There is always one to be had. */
final class EngineTestbeds implements TestbedProvider {
  private static final Capabilities CAPABILITIES = EngineDatapath.supported();

  private final ExecutionMode mode;

  /** What closed testbeds left behind. */
  private final Map<String, Integer> leftBehind = new TreeMap<>();

  /**
   * A maker of testbeds.
   *
   * @param mode how programs run in them
   */
  EngineTestbeds(ExecutionMode mode) {
    this.mode = mode;
  }

  @Override
  public String name() {
    return mode == ExecutionMode.COMPILED ? "engine, compiled" : "engine";
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public Testbed open() {
    return new EngineTestbed(mode, this::leftBehind);
  }

  private void leftBehind(String what) {
    leftBehind.merge(what, 1, Integer::sum);
  }

  @Override
  public Optional<String> lacks(Feature feature) {
    return switch (CAPABILITIES.of(feature)) {
      case Support.Supported _ -> Optional.empty();
      case Support.Missing(String reason) -> Optional.of(reason);
      case Support.Unknown(String reason) ->
          throw new IllegalStateException("the engine does not know of " + feature + ": " + reason);
    };
  }

  /** Programs, maps, links and packets that outlived their testbed. */
  @Override
  public Map<String, Integer> openResources() {
    return Map.copyOf(leftBehind);
  }
}
