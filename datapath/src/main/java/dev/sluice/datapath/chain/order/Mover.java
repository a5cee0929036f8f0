package dev.sluice.datapath.chain.order;

import dev.sluice.bpf.AttachType;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.LoadedObject;
import dev.sluice.datapath.program.Program;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/**
 * Takes a program to another place of its chain. A control group may hold a program under several
 * links, so there the new one is made before the old one lets go. Any other chain holds a program
 * once and cannot move it, so a stand-in goes to the new place first: a program that does nothing
 * but jump to the one that is moved. Then the old link lets go, and the new one takes the program
 * itself. A packet meets the program once, or for an instant twice, and never not at all; also if
 * whoever moves it is killed, for the new link and the table that the stand-in jumps through are
 * pinned before the old link lets go.
 */
public final class Mover {
  /** The name of the stand-in. */
  public static final String STAND_IN = "sluice_moving";

  private static final String TABLE = "sluice_target";
  private static final byte[] FIRST = {0, 0, 0, 0};

  /** A table takes programs that expect the same attach type as the one that jumps. */
  private static final List<AttachType> EXPECTED =
      List.of(AttachType.UNSPECIFIED, AttachType.TCX_INGRESS, AttachType.TCX_EGRESS);

  private final Datapath datapath;

  /** Moves programs of a datapath. */
  public Mover(Datapath datapath) {
    this.datapath = datapath;
  }

  /** Where the pins are that keep a move that was cut off. */
  public interface Keep {
    /** The path for the new link until it has the place of the old one's pin. */
    Path link();

    /** The path for the stand-in's table. */
    Path table();

    /** Removes a pin. */
    void remove(Path pin);
  }

  /**
   * Moves a program.
   *
   * @param chain its chain
   * @param old its link
   * @param pin where the link is pinned
   * @param place where it goes, and the revision that the chain must have
   * @param keep where the pins of the move are
   * @throws KernelRejected {@code ESTALE} if the chain has another revision; then nothing was done
   */
  public void move(Chain chain, Link old, Path pin, AttachOptions place, Keep keep) {
    if (chain.at().hook() == Hook.CGROUP) {
      try (Program program = datapath.programs().open(old.info().programId());
          Link link = chain.attach(program, place)) {
        link.pin(keep.link());
        old.detach();
        finish(link, program, pin, keep);
      }
      return;
    }
    try (Program program = datapath.programs().open(old.info().programId());
        LoadedObject standIn = standInFor(program)) {
      standIn.map(TABLE).pin(keep.table());
      boolean placed = false;
      try (Link link = chain.attach(standIn.program(STAND_IN), place)) {
        link.pin(keep.link());
        placed = true;
        old.detach();
        finish(link, program, pin, keep);
      } finally {
        if (!placed) {
          keep.remove(keep.table());
        }
      }
    }
  }

  /**
   * Ends a move that was cut off: forwards if the old link let go, else back.
   *
   * @param chain the chain
   * @param pin where the link was pinned that was moved
   * @param keep where the pins of the move are
   */
  public void repair(Chain chain, Path pin, Keep keep) {
    try (Link link = datapath.links().openPinned(keep.link())) {
      if (chain.at().hook() == Hook.CGROUP) {
        repairTwin(link, pin, keep);
        return;
      }
      int id = target(keep.table());
      boolean held = link.info().programId() == id;
      if (!held && chain.query().indexOfProgram(id).isPresent()) {
        link.detach(); // the old link has not let go: all is as it was
        keep.remove(keep.link());
        keep.remove(keep.table());
        return;
      }
      try (Program program = datapath.programs().open(id)) {
        finish(link, program, pin, keep);
      }
    } catch (NotFound _) {
      keep.remove(keep.table()); // the new place was not taken yet, or all is done but this
    }
  }

  /** Of two links with one program, the old one stays unless it let go. */
  private void repairTwin(Link link, Path pin, Keep keep) {
    if (isOther(link, pin)) {
      link.detach();
      keep.remove(keep.link());
      return;
    }
    try (Program program = datapath.programs().open(link.info().programId())) {
      finish(link, program, pin, keep);
    }
  }

  /** Whether another link is pinned at a path, and attached. */
  private boolean isOther(Link link, Path pin) {
    try (Link old = datapath.links().openPinned(pin)) {
      return old.info().id() != link.info().id() && !old.info().isDefunct();
    } catch (NotFound _) {
      return false;
    }
  }

  /** The number of the program that a stand-in jumps to. */
  private int target(Path table) {
    try (BpfMap pinned = datapath.maps().openPinned(table)) {
      byte[] value = pinned.lookup(FIRST);
      return value == null ? 0 : ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
    }
  }

  private static void finish(Link link, Program program, Path pin, Keep keep) {
    if (link.info().programId() != program.info().id()) {
      link.update(program);
    }
    keep.remove(pin);
    link.pin(pin);
    keep.remove(keep.link());
    keep.remove(keep.table());
  }

  private LoadedObject standInFor(Program program) {
    KernelRejected refused = null;
    for (AttachType expected : EXPECTED) {
      LoadedObject standIn = datapath.programs().load(standIn(expected));
      try {
        standIn.map(TABLE).update(FIRST, datapath.maps().reference(program));
        return standIn;
      } catch (KernelRejected e) {
        standIn.close();
        refused = e;
      }
    }
    throw refused;
  }

  private static ObjectSpec standIn(AttachType expected) {
    CodeBuilder code = CodeBuilder.create();
    code.loadMap(Register.R2, TABLE)
        .move(Register.R3, 0)
        .call(HelperFunction.TAIL_CALL)
        .move(Register.R0, -1)
        .exit();
    return ObjectSpec.of(
        ProgramSpec.of(STAND_IN, ProgramType.SCHED_CLS, "GPL", code.build())
            .withExpectedAttachType(expected),
        MapSpec.of(TABLE, MapType.PROG_ARRAY, 4, 4, 1));
  }
}
