package dev.sluice.engine.verifier;

import dev.sluice.bpf.ProgramSpec;
import dev.sluice.engine.map.EngineMap;
import java.util.Map;

/** placeholder */
public final class Verifier {
  private Verifier() {}

  public static Verified verify(ProgramSpec spec, Map<String, EngineMap> maps) {
    return new Verified(spec.instructions().size());
  }
}
