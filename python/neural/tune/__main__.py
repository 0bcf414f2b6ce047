import sys

from neural.tune.command import main

sys.exit(main(sys.argv[1:]))
