package dev.sluice.engine.chain;

import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.chain.Links;
import dev.sluice.datapath.program.Holders;
import dev.sluice.datapath.program.Program;
import dev.sluice.engine.Machine;
import dev.sluice.engine.map.EngineMap;
import dev.sluice.engine.object.EngineObject;
import dev.sluice.engine.program.EngineProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Finds the links of a machine, those of all its hosts. */
public final class EngineLinks implements Links {
  private final Machine machine;
  private final ChainScene scene;

  /**
   * The links of a machine.
   *
   * @param unwrap the program behind a handle; throws {@link IllegalArgumentException} for a handle
   *     of another datapath
   */
  public EngineLinks(Machine machine, Function<Program, EngineProgram> unwrap) {
    this.machine = machine;
    scene = new ChainScene(machine, unwrap);
  }

  @Override
  public List<LinkInfo> list() {
    synchronized (machine) {
      List<LinkInfo> links = new ArrayList<>();
      for (EngineObject object : machine.links().list()) {
        if (object instanceof EngineLink link) {
          links.add(link.info());
        }
      }
      return links;
    }
  }

  @Override
  public Link open(int id) {
    synchronized (machine) {
      if (machine.links().find(id) instanceof EngineLink link) {
        return handle(link);
      }
      throw new NotFound("link", Integer.toString(id));
    }
  }

  @Override
  public Link openPinned(Path path) {
    synchronized (machine) {
      EngineObject pinned = machine.pins().find(path);
      if (pinned instanceof EngineLink link) {
        return handle(link);
      }
      String other =
          switch (pinned) {
            case null -> "";
            case EngineProgram _ -> " (it is a program)";
            case EngineMap _ -> " (it is a map)";
            default -> " (it is something else)";
          };
      throw new NotFound("pinned link", path + other);
    }
  }

  private Link handle(EngineLink link) {
    link.acquire();
    return new LinkHandle(scene, link);
  }

  @Override
  public Holders holders(int id) {
    synchronized (machine) {
      EngineObject link = machine.links().find(id);
      return link == null ? Holders.NOBODY : scene.holders(link);
    }
  }

  @Override
  public Map<Integer, Holders> holders() {
    synchronized (machine) {
      Map<Integer, Holders> holders = new TreeMap<>();
      for (EngineObject link : machine.links().list()) {
        holders.put(link.id(), scene.holders(link));
      }
      return holders;
    }
  }
}
