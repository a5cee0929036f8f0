package dev.sluice.datapath.program;

import dev.sluice.bpf.ProgramType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a loaded program ({@code struct bpf_prog_info}).
 *
 * @param id its number, 1 or more; never reused while the datapath runs unless it wraps
 * @param type its type; null for one that Sluice does not know
 * @param typeNumber the number of its type
 * @param name its name, up to 15 characters; with type information, the full name of its main
 *     function
 * @param tag the first 8 bytes of a hash of its instructions, in hexadecimal: SHA-256, or SHA-1 in
 *     older kernels
 * @param gplCompatible whether its license lets it call helpers that are for GPL programs only
 * @param loadedNanoseconds when it was loaded, in nanoseconds since boot
 * @param userId the user who loaded it
 * @param translatedBytes the size of its translated instructions in bytes
 * @param compiledBytes the size of its machine code in bytes; 0 if it is interpreted
 * @param verifiedInstructions how many instructions the verifier looked at to prove it safe
 * @param mapIds the numbers of the maps it uses
 * @param btfId the number of its type information; 0 for none
 * @param runTimeNanoseconds how long it has run; counted only while BPF statistics are on
 * @param runCount how often it has run; counted only while BPF statistics are on
 */
public record ProgramInfo(
    int id,
    @Nullable ProgramType type,
    int typeNumber,
    String name,
    String tag,
    boolean gplCompatible,
    long loadedNanoseconds,
    int userId,
    int translatedBytes,
    int compiledBytes,
    int verifiedInstructions,
    List<Integer> mapIds,
    int btfId,
    long runTimeNanoseconds,
    long runCount) {
  /** Copies the numbers. */
  public ProgramInfo {
    mapIds = List.copyOf(mapIds);
  }
}
