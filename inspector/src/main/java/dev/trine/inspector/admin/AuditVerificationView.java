package dev.trine.inspector.admin;

import dev.trine.common.audit.ChainLink;
import dev.trine.common.audit.Verification;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * What was found when an audit was verified.
 *
 * @param directory where it lies
 * @param holds     whether it is as it was written
 * @param lines     how many lines there are
 * @param first     number of the first; older ones are gone with their files
 * @param last      number of the last
 * @param hash      hash of the last
 * @param faults    what is wrong, one sentence each, at most 20
 * @param more      how many more faults there are
 */
record AuditVerificationView(String directory, boolean holds, long lines, long first, long last, String hash,
                             List<String> faults, long more) {
    static AuditVerificationView of(Path directory, Verification found) {
        return new AuditVerificationView(directory.toString(), found.holds(), found.lines(), found.first(),
            found.last().map(ChainLink::seq).orElse(0L), found.last().map(ChainLink::hash).orElse(""),
            found.faults().stream().map(fault -> fault.file() + ": line " + fault.line() + " " + fault.what())
                .toList(), found.more());
    }

    void print(PrintWriter out) {
        if (holds) {
            out.println(directory + ": all " + lines + " lines, " + first + " to " + last
                + ", are as they were written; the last one has the hash " + hash);
        } else {
            printFaults(out);
        }
        if (first > 1) {
            out.println("  lines 1 to " + (first - 1) + " are gone with the oldest files, as audit.keep and"
                + " audit.dir-max have it; 'trine audit list --action audit' shows when the service removed files");
        }
    }

    private void printFaults(PrintWriter out) {
        out.println(directory + ": NOT as it was written: " + (faults.size() + more) + " faults in " + lines
            + " lines; the last one has the number " + last + " and the hash " + hash);
        faults.forEach(fault -> out.println("  " + fault));
        if (more > 0) {
            out.println("  and " + more + " more");
        }
    }
}
