// Holds PDFs against PDF/A by veraPDF (its own parser and rules, of the version on the class path).
//
//     java -cp CLASSPATH Pdfa.java FLAVOUR FILE...
//
// FLAVOUR is 2u, 2a and so on. A line for each file says "valid" and how many checks it passed, or "not valid" and which
// rules it breaks, first of each. Ends with 1 where a file is not valid or cannot be read.

import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class Pdfa {
    public static void main(String[] arguments) {
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.byFlavourId(arguments[0]);
        boolean good = arguments.length > 1;
        for (int at = 1; at < arguments.length; at++) {
            good &= check(arguments[at], flavour);
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean check(String path, PDFAFlavour flavour) {
        try (FileInputStream file = new FileInputStream(path);
                PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            if (result.isCompliant()) {
                System.out.println("valid: " + path + ": " + result.getTotalAssertions() + " checks");
                return true;
            }
            Map<String, String> broken = new TreeMap<>();
            for (TestAssertion one : result.getTestAssertions()) {
                if (one.getStatus() == TestAssertion.Status.FAILED) {
                    String rule = one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber();
                    broken.putIfAbsent(rule, one.getMessage() + " at " + one.getLocation().getContext());
                }
            }
            System.out.println("not valid: " + path + ": " + broken);
        } catch (Exception error) {
            System.out.println("not valid: " + path + ": cannot be read: " + error);
        }
        return false;
    }
}
