/* All of spiqe. */
#ifndef SPIQE_SPIQE_H
#define SPIQE_SPIQE_H

#include "spiqe/circuit.h"
#include "spiqe/classifier.h"
#include "spiqe/compare.h"
#include "spiqe/context.h"
#include "spiqe/dataset.h"
#include "spiqe/energy.h"
#include "spiqe/events.h"
#include "spiqe/export.h"
#include "spiqe/gradient.h"
#include "spiqe/image.h"
#include "spiqe/lanes.h"
#include "spiqe/measure.h"
#include "spiqe/model.h"
#include "spiqe/names.h"
#include "spiqe/noise.h"
#include "spiqe/random.h"
#include "spiqe/report.h"
#include "spiqe/simulate.h"
#include "spiqe/status.h"
#include "spiqe/suite.h"
#include "spiqe/sweep.h"
#include "spiqe/train.h"
#include "spiqe/version.h"
#include "spiqe/work.h"

#endif
