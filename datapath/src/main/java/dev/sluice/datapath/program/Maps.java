package dev.sluice.datapath.program;

import dev.sluice.bpf.MapSpec;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.NotPermitted;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A datapath's maps. */
public interface Maps {
  /** Makes a map. */
  BpfMap create(MapSpec spec);

  /** All maps that there are, in the order of their numbers. */
  List<MapInfo> list();

  /**
   * Opens a map by its number.
   *
   * @throws NotFound if there is none
   * @throws NotPermitted without {@code CAP_SYS_ADMIN}
   */
  BpfMap open(int id);

  /**
   * Opens a pinned map.
   *
   * @throws NotFound if the path does not exist or is not a map
   */
  BpfMap openPinned(Path path);

  /**
   * The value that puts a map into a map of maps. Read back, such a value is the map's number.
   *
   * @param map the map, which must be open while the value is written
   */
  byte[] reference(BpfMap map);

  /**
   * The value that puts a program into an array of programs. Read back, such a value is the
   * program's number.
   *
   * @param program the program, which must be open while the value is written
   */
  byte[] reference(Program program);

  /** Who holds a map: processes and pins, as far as the caller may see them. */
  Holders holders(int id);

  /**
   * Who holds each map, by its number, found in one look around: for listings of many. One that
   * nobody visible holds is missing.
   */
  Map<Integer, Holders> holders();

  /** The type information (BTF) that a map was made with, as the kernel keeps it. */
  byte[] btf(int btfId);
}
