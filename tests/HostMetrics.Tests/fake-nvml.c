/* Two cards as NVIDIA's library would tell of them; the second has no power sensor and no name that fits. */
#include <string.h>

typedef struct { unsigned int gpu, memory; } nvmlUtilization_t;
typedef struct { unsigned long long total, free, used; } nvmlMemory_t;
typedef struct { unsigned int index; } card;

static card cards[2] = {{0}, {1}};
static int started;

int nvmlInit_v2(void) { return started++ == 0 ? 0 : 2; }
int nvmlShutdown(void) { started = 0; return 0; }
int nvmlDeviceGetCount_v2(unsigned int *count) { *count = 3; return 0; }

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) {
    if (index > 1) return 15; /* lost */
    *device = &cards[index];
    return 0;
}

int nvmlDeviceGetName(void *device, char *name, unsigned int length) {
    if (((card *)device)->index == 1) return 7; /* insufficient size */
    strncpy(name, "Fake H200", length);
    return 0;
}

int nvmlDeviceGetUUID(void *device, char *uuid, unsigned int length) {
    strncpy(uuid, ((card *)device)->index ? "GPU-b" : "GPU-a", length);
    return 0;
}

int nvmlDeviceGetUtilizationRates(void *device, nvmlUtilization_t *rates) {
    rates->gpu = 90 + ((card *)device)->index;
    rates->memory = 33;
    return 0;
}

int nvmlDeviceGetMemoryInfo(void *device, nvmlMemory_t *memory) {
    memory->total = 150754820096ULL;
    memory->free = 150754820096ULL - 81200000000ULL;
    memory->used = 81200000000ULL;
    return 0;
}

int nvmlDeviceGetTemperature(void *device, int sensor, unsigned int *degrees) {
    if (sensor != 0) return 2;
    *degrees = 61;
    return 0;
}

int nvmlDeviceGetPowerUsage(void *device, unsigned int *milliwatts) {
    if (((card *)device)->index == 1) return 3; /* not supported */
    *milliwatts = 640250;
    return 0;
}
