package dev.sluice.cli.doctor;

import dev.sluice.cli.PinLayout;
import dev.sluice.cli.attach.JumpTables;
import dev.sluice.cli.attach.OrderedChain;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachMode;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Hook;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.chain.order.Mover;
import dev.sluice.kernel.NamespaceSearch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks for pins of Sluice's own that nothing needs any more, because a device or a network
 * namespace went, or a command was killed. Pins that were made just now are left to whoever makes
 * them.
 */
final class PinExamination implements Examination {
  @Override
  public List<Finding> findings(Scope scope) {
    List<Finding> findings = new ArrayList<>();
    for (PinLayout.LinkPin pin : scope.pins().linkPins()) {
      if (scope.includes(pin)) {
        addDead(scope, pin, findings);
      }
    }
    for (Path link : scope.pins().movedLinks()) {
      addMove(scope, link, findings);
    }
    if (scope.isEverything()) {
      addOrphanedTables(scope, findings);
      addOrphanedWishes(scope, findings);
      addOrphanedPolicies(scope, findings);
    }
    return findings;
  }

  /** The link that is pinned at a path; null if there is none. */
  private static @Nullable LinkInfo link(Datapath datapath, Path pin) {
    try (Link link = datapath.links().openPinned(pin)) {
      return link.info();
    } catch (NotFound _) {
      return null;
    }
  }

  private static void addDead(Scope scope, PinLayout.LinkPin pin, List<Finding> findings) {
    LinkInfo link = link(scope.datapath(), pin.path());
    if (link == null || !link.isDefunct()) {
      return;
    }
    findings.add(
        new Finding(
            Check.DEAD_PIN,
            pin.path().toString(),
            "link %d of %s is attached to nothing: %s"
                .formatted(link.id(), pin.program(), reason(scope, pin)),
            "attach %s again if it is still wanted; the pin holds nothing".formatted(pin.program()),
            () -> {
              scope.pins().removeLink(pin.path());
              JumpTables.detached(link.programId(), scope.datapath(), scope.pins());
            }));
  }

  private static String reason(Scope scope, PinLayout.LinkPin pin) {
    if (pin.hook() == Hook.CGROUP) {
      return "control group " + pin.place() + " went, or somebody detached it";
    }
    if (pin.namespace() != scope.namespace()) {
      return "device %s went, with network namespace %d or before"
          .formatted(pin.place(), pin.namespace());
    }
    boolean there =
        scope.datapath().devices().stream().anyMatch(one -> one.name().equals(pin.place()));
    return there
        ? "somebody detached it, or an earlier device %s went".formatted(pin.place())
        : "device %s went".formatted(pin.place());
  }

  private static void addMove(Scope scope, Path link, List<Finding> findings) {
    Mover.Keep keep = scope.pins().movePins(link);
    boolean begun = PinLayout.exists(keep.link());
    Path youngest = begun ? keep.link() : keep.table();
    PinLayout.LinkPin pin = scope.pins().parsed(link);
    if (!PinLayout.isSettled(youngest)
        || (pin == null ? !scope.isEverything() : !scope.includes(pin))) {
      return;
    }
    LinkInfo moved = link(scope.datapath(), keep.link());
    AttachPoint at = pin == null ? null : attachPoint(scope, pin);
    if (at != null && (moved == null || !moved.isDefunct())) {
      findings.add(
          new Finding(
              Check.CUT_OFF_MOVE,
              at.toString(),
              "a move of " + link + " was cut off",
              "sluice chain order " + at,
              () ->
                  new OrderedChain(
                          scope.session(),
                          scope.datapath().chain(at, AttachMode.exactly(at.hook())))
                      .repair()));
    } else if (moved != null && moved.isDefunct()) {
      findings.add(
          new Finding(
              Check.CUT_OFF_MOVE,
              keep.link().toString(),
              "a move of " + link + " was cut off, and its device went",
              "remove what it left",
              () -> {
                keep.remove(keep.link());
                keep.remove(keep.table());
              }));
    }
  }

  /** Where a pinned link is, or was; null for a device of another namespace, or what went. */
  private static @Nullable AttachPoint attachPoint(Scope scope, PinLayout.LinkPin pin) {
    if (pin.hook() == Hook.CGROUP) {
      Path group = Path.of(pin.place());
      return Files.isDirectory(group) ? new AttachPoint.Cgroup(group, pin.direction()) : null;
    }
    return scope.devices().stream()
        .<AttachPoint>mapMulti(
            (device, to) -> {
              to.accept(new AttachPoint.Tcx(device, pin.direction()));
              for (AttachPoint.Netkit.Side side : AttachPoint.Netkit.Side.values()) {
                to.accept(new AttachPoint.Netkit(device, side));
              }
            })
        .filter(at -> pin.isAt(at, scope.namespace()))
        .findFirst()
        .orElse(null);
  }

  private static void addOrphanedTables(Scope scope, List<Finding> findings) {
    for (int program : JumpTables.orphans(scope.datapath(), scope.pins())) {
      List<Path> pins = scope.pins().tablePins(program);
      if (!pins.isEmpty()) {
        findings.add(
            new Finding(
                Check.ORPHANED_TABLES,
                String.valueOf(pins.getFirst().getParent()),
                "tables of tail calls are kept for program %d, which is gone".formatted(program),
                "remove them",
                () -> JumpTables.remove(program, scope.pins())));
      }
    }
  }

  private static void addOrphanedWishes(Scope scope, List<Finding> findings) {
    for (Path link : scope.pins().wishingLinks()) {
      Path note = scope.pins().notePin(link);
      boolean needed =
          PinLayout.exists(link) || PinLayout.exists(scope.pins().movePins(link).link());
      if (!needed && PinLayout.isSettled(note)) {
        findings.add(
            new Finding(
                Check.ORPHANED_WISHES,
                note.toString(),
                "it keeps wishes for the link at " + link + ", which is not there",
                "remove it",
                () -> scope.pins().remove(note)));
      }
    }
  }

  /**
   * Of a namespace that is gone, all links are defunct. Without links there is no telling: somebody
   * may hold it by nothing but a file descriptor.
   */
  private static void addOrphanedPolicies(Scope scope, List<Finding> findings) {
    for (Map.Entry<Path, List<Path>> folder :
        scope.pins().policiesElsewhere(scope.session().namespace()).entrySet()) {
      List<LinkInfo> links = new ArrayList<>();
      for (Path pin : folder.getValue()) {
        LinkInfo link = link(scope.datapath(), pin);
        if (link != null) {
          links.add(link);
        }
      }
      boolean dead = !links.isEmpty() && links.stream().allMatch(LinkInfo::isDefunct);
      if (dead && !NamespaceSearch.isFound(PinLayout.policyNamespace(folder.getKey()))) {
        findings.add(
            new Finding(
                Check.ORPHANED_POLICIES,
                folder.getKey().toString(),
                "what policies left of a network namespace: their links are attached to nothing,"
                    + " and neither a process nor a mount has it",
                "remove it",
                () -> folder.getValue().forEach(scope.pins()::remove)));
      }
    }
  }
}
