package dev.sluice.policy.spec;

import java.util.List;

/** What the traffic is to be. */
@Doc("What the traffic is to be.")
public record Spec(
    @Doc("Who sends and receives: containers, pods, machines behind a device of this host.")
        List<Workload> workloads,
    @Doc("Labels of namespaces, for rules that choose workloads by them.")
        List<Namespace> namespaces,
    @Doc("Named sets of addresses.") List<AddressList> addressLists,
    @Doc("Devices and workloads that are held to a rate by a queue (TBF).") List<Shaping> shaping,
    @Doc("Devices whose rate is shared out to classes (HTB).") List<Sharing> sharing,
    @Doc("Packets that are dropped.") List<Block> blocks,
    @Doc("Packets that are dropped above a rate.") List<Limit> limits,
    @Doc("Who may talk to whom, as in a Kubernetes NetworkPolicy.") List<Access> access,
    @Doc("Packets of which some are copied to whoever watches.") List<Sampling> sampling,
    @Doc("Programs of your own.") List<OwnProgram> programs) {
  /** Nothing. */
  public static final Spec EMPTY =
      new Spec(
          List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
          List.of(), List.of());

  /** Copies the lists. */
  public Spec {
    workloads = List.copyOf(workloads);
    namespaces = List.copyOf(namespaces);
    addressLists = List.copyOf(addressLists);
    shaping = List.copyOf(shaping);
    sharing = List.copyOf(sharing);
    blocks = List.copyOf(blocks);
    limits = List.copyOf(limits);
    access = List.copyOf(access);
    sampling = List.copyOf(sampling);
    programs = List.copyOf(programs);
  }
}
