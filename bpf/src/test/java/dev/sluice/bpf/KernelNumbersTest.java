package dev.sluice.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.BtfType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Names and numbers, against the enums of the kernel this runs on. */
class KernelNumbersTest {
  private static final Path KERNEL = Path.of("/sys/kernel/btf/vmlinux");

  @Test
  void programTypes() {
    assertThat(ProgramType.NETFILTER.number()).isEqualTo(32);
    for (ProgramType type : ProgramType.values()) {
      assertThat(ProgramType.find(type.number())).contains(type);
    }
    assertThat(ProgramType.find(33)).isEmpty();
    assertThat(ProgramType.find(-1)).isEmpty();
    assertThat(ProgramType.find("TCX")).contains(ProgramType.SCHED_CLS);
    assertThat(ProgramType.find("sched_cls")).contains(ProgramType.SCHED_CLS);
    assertThat(ProgramType.find("unspecified")).isEmpty();
  }

  @Test
  void attachTypes() {
    assertThat(AttachType.TCX_INGRESS.number()).isEqualTo(46);
    assertThat(AttachType.TCX_EGRESS.number()).isEqualTo(47);
    assertThat(AttachType.NETKIT_PEER.number()).isEqualTo(55);
    assertThat(AttachType.find(0)).contains(AttachType.CGROUP_INET_INGRESS);
    assertThat(AttachType.find(57)).contains(AttachType.TRACE_UPROBE_SESSION);
    assertThat(AttachType.find(58)).isEmpty();
    assertThat(AttachType.find("tcx_egress")).contains(AttachType.TCX_EGRESS);
    assertThat(AttachType.UNSPECIFIED.number()).isZero();
  }

  @Test
  void mapTypes() {
    assertThat(MapType.ARENA.number()).isEqualTo(33);
    assertThat(MapType.find(11)).contains(MapType.LPM_TRIE);
    assertThat(MapType.find(34)).isEmpty();
    assertThat(MapType.find("percpu_hash")).contains(MapType.PERCPU_HASH);
    assertThat(MapFlag.ofMask(0x81)).containsExactly(MapFlag.NO_PREALLOC, MapFlag.RDONLY_PROG);
    assertThat(MapFlag.NO_USER_CONV.mask()).isEqualTo(1 << 18);
  }

  @Test
  void helperFunctions() {
    assertThat(HelperFunction.values()).hasSize(211);
    assertThat(HelperFunction.find(1)).contains(HelperFunction.MAP_LOOKUP_ELEM);
    assertThat(HelperFunction.find(211)).contains(HelperFunction.CGRP_STORAGE_DELETE);
    assertThat(HelperFunction.find(0)).isEmpty();
    assertThat(HelperFunction.find(212)).isEmpty();
    assertThat(HelperFunction.find("bpf_redirect_peer").map(HelperFunction::id)).contains(155);
    assertThat(HelperFunction.find("redirect_peer").map(HelperFunction::id)).contains(155);
  }

  @Test
  void agreeWithThisKernel() throws IOException {
    assumeTrue(Files.isReadable(KERNEL), "this kernel has no BTF");
    Btf btf = Btf.parse(Files.readAllBytes(KERNEL));
    Map<String, Long> programTypes = enumeration(btf, "bpf_prog_type");
    for (ProgramType type : ProgramType.values()) {
      if (type != ProgramType.UNSPECIFIED) {
        agrees(programTypes, "BPF_PROG_TYPE_" + type, type.number());
      }
    }
    Map<String, Long> attachTypes = enumeration(btf, "bpf_attach_type");
    for (AttachType type : AttachType.values()) {
      if (type != AttachType.UNSPECIFIED) {
        agrees(attachTypes, "BPF_" + type, type.number());
      }
    }
    Map<String, Long> mapTypes = enumeration(btf, "bpf_map_type");
    for (MapType type : MapType.values()) {
      if (type != MapType.UNSPECIFIED) {
        agrees(mapTypes, "BPF_MAP_TYPE_" + type, type.number());
      }
    }
    Map<String, Long> helpers = enumeration(btf, "bpf_func_id");
    for (HelperFunction helper : HelperFunction.values()) {
      String name = "BPF_FUNC_" + helper.name().toLowerCase(Locale.ROOT);
      agrees(helpers, name, helper.id());
    }
  }

  /** Older kernels lack some names; those they have must mean the same. */
  private static void agrees(Map<String, Long> kernel, String name, int number) {
    assertThat(kernel.getOrDefault(name, (long) number)).as(name).isEqualTo(number);
  }

  private static Map<String, Long> enumeration(Btf btf, String name) {
    BtfType.Enumeration found =
        btf.types().stream()
            .filter(type -> type instanceof BtfType.Enumeration && type.name().equals(name))
            .map(BtfType.Enumeration.class::cast)
            .findFirst()
            .orElseThrow();
    return found.values().stream()
        .collect(
            Collectors.toMap(BtfType.Enumerator::name, BtfType.Enumerator::value, (a, b) -> a));
  }

  @Test
  void fieldsOfTheContextsAgreeWithThisKernel() throws IOException {
    assumeTrue(Files.isReadable(KERNEL), "this kernel has no BTF");
    Btf btf = Btf.parse(Files.readAllBytes(KERNEL));
    fieldsAgree(btf, "__sk_buff", "skb.");
    fieldsAgree(btf, "xdp_md", "xdp.");
    fieldsAgree(btf, "iphdr", "iphdr.");
    fieldsAgree(btf, "tcphdr", "tcphdr.");
    fieldsAgree(btf, "udphdr", "udphdr.");
    fieldsAgree(btf, "ethhdr", "ethhdr.");
    fieldsAgree(btf, "icmphdr", "icmphdr.");
    fieldsAgree(btf, "ipv6hdr", "ipv6hdr.");
  }

  private static void fieldsAgree(Btf btf, String struct, String prefix) {
    BtfType.Composite composite =
        btf.types().stream()
            .filter(type -> type instanceof BtfType.Composite && type.name().equals(struct))
            .map(BtfType.Composite.class::cast)
            .findFirst()
            .orElseThrow();
    Map<String, Long> offsets = new HashMap<>();
    collect(btf, composite, 0, offsets);
    List<String> names =
        Symbols.all().keySet().stream().filter(name -> name.startsWith(prefix)).toList();
    assertThat(names).isNotEmpty();
    for (String name : names) {
      Long offset = offsets.get(name.substring(prefix.length()));
      if (offset != null) {
        assertThat(Symbols.all().get(name)).as(name).isEqualTo(offset);
      }
    }
  }

  private static void collect(
      Btf btf, BtfType.Composite composite, long base, Map<String, Long> offsets) {
    for (BtfType.Member member : composite.members()) {
      long offset = base + member.bitOffset() / 8;
      offsets.put(member.name(), offset);
      if (member.name().isEmpty()
          && btf.type(member.typeId()).orElseThrow() instanceof BtfType.Composite inner) {
        collect(btf, inner, offset, offsets);
      }
    }
  }
}
