# Tasks. Each is one line that can be typed without just.

# What the README promises: the whole job on an invented firm.
demo folder="duces-demo":
    cargo run --release -- demo {{folder}}

# All tests, as continuous integration runs them.
test:
    cargo test --workspace

# Everything that must hold before a change lands.
check:
    .ci/run

# Speed, memory and size on a synthetic archive, as ratios against what runs beside it.
bench messages="20000" files="../shared/corpora":
    cargo build --release --workspace
    cargo run --release -p duces-bench -- --messages {{messages}} --duces target/release/duces
    cargo run --release -p duces-bench -- queries
    cargo run --release -p duces-bench -- pages
    cargo run --release -p duces-bench -- formats {{files}}

# Reading, format by format, beside other readers where they are installed, on any folder of files.
bench-formats files="../shared/corpora":
    cargo run --release -p duces-bench -- formats {{files}}

# Searches on a million short documents, warm; the index is made once and kept in the folder.
bench-queries folder documents="1000000":
    cargo run --release -p duces-bench -- queries --dir {{folder}} --documents {{documents}}

# A whole look for gaps over three hundred mailboxes and six years; the workspace is made once and kept in the folder.
bench-coverage folder documents="1000000":
    cargo build --release --workspace
    cargo run --release -p duces-bench -- coverage --dir {{folder}} --documents {{documents}}

# Simulated firms that lose known communications: what coverage finds of them, and which bars it clears; then a firm's gap
# held against thirty-nine inquiries that it answered before it had the program.
replay *arguments="--bars":
    cargo run --release -p duces-replay -- {{arguments}}
    cargo test --release -p duces-cli --test end_to_end thirty_nine_answers

# Known messages removed from a year of a real list (DUCES_CORPORA), and what duces finds of it.
replay-real:
    cargo build --release -p duces-cli
    cargo run --release -p duces-replay -- real

# A whole hit report of fifty terms over a million short mails; the workspace is made once and kept in the folder.
bench-hits folder documents="1000000":
    cargo build --release --workspace
    cargo run --release -p duces-bench -- hit-report --dir {{folder}} --documents {{documents}}

# Kill indexing at random moments and compare with an uninterrupted run.
kills messages="200000" times="20":
    DUCES_KILL_MESSAGES={{messages}} DUCES_KILL_TIMES={{times}} cargo test --release -p duces-cli --test killed -- --nocapture

# The verifier on a load file of a million rows: time and memory.
bench-verify rows="1000000":
    cargo build --release -p duces-verify
    cargo run --release -p duces-bench -- verify --rows {{rows}}

# The tiny volumes under tests/volumes, written anew by the verifier's own tests.
volumes:
    DUCES_WRITE_VOLUMES=1 cargo test -p duces-verify committed
